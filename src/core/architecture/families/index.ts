import type { Family } from './family.ts'
import { granite, llama } from './llama.ts'
import { mistral } from './mistral.ts'
import { qwen2 } from './qwen2.ts'

/** Every `model_type` that is known; one line adds a family. */
export const families: Readonly<Record<string, Family>> = {
  llama,
  granite,
  mistral,
  qwen2,
}
