import { COMPILED_PRESETS } from './compiled-presets.ts'

/** Compiles presets/ once before the tests; an invalid file is left out here and found by test/presets.test.ts. */
export async function setup(): Promise<void> {
  const { compilePresets } = await import('../../scripts/compile-presets.js')
  const problems: readonly Error[] = await compilePresets({ to: COMPILED_PRESETS, strict: false })
  for (const { message } of problems) console.warn(`left out: ${message}`)
}
