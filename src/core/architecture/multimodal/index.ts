import type { Family } from '../families/family.ts'
import { gemma3 } from './gemma3.ts'
import { llama4, mllama } from './llama-vision.ts'
import { llava, llavaNext, mistral3 } from './llava.ts'
import { qwen2Vl, qwen3Vl, qwen3VlMoe, qwen25Vl } from './qwen-vision.ts'

/** Models of a language model and a vision tower, by `model_type`; one line adds one. */
export const multimodalFamilies: Readonly<Record<string, Family>> = {
  gemma3,
  llama4,
  llava,
  llava_next: llavaNext,
  mistral3,
  mllama,
  qwen2_5_vl: qwen25Vl,
  qwen2_vl: qwen2Vl,
  qwen3_vl: qwen3Vl,
  qwen3_vl_moe: qwen3VlMoe,
}
