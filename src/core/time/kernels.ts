import type { Plan } from '../domain/plan.ts'

/** Hand-written kernels exist for models with RMSNorm, the Llama family and its like; others keep their eager operations. */
export function hasKernels({ kernels, architecture }: Plan): boolean {
  const norm = architecture.layers[0]?.norms[0]
  return kernels !== 'none' && norm?.kind.startsWith('rms') === true
}

/** The adapter branch runs in operations of its own: Unsloth's always, those of fms-acceleration over quantised bases only. @source fms-acceleration */
export const hasFusedAdapters = (plan: Plan): boolean =>
  hasKernels(plan) && (plan.kernels === 'unsloth' || (plan.kernels === 'foak' && plan.quantization !== null))
