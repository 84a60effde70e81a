import type { Gpu } from '../domain/gpu.ts'
import type { Precision } from '../domain/plan.ts'
import type { PrecisionSpec } from '../domain/spec-training.ts'

type PrecisionName = Extract<PrecisionSpec, string>

/**
 * The dtypes behind a precision name.
 *
 * `mixed`: full fine-tuning keeps fp32 weights under 16-bit autocast, adapters sit in fp32 on a 16-bit base under
 * autocast. `pure`: everything in 16 bit, no autocast. `master`: 16-bit weights with fp32 masters; where the masters
 * live is the habit of stack and sharding. `fp8`: linear layers in fp8, the rest as `bf16-master`.
 */
export function precisionOf(spec: PrecisionSpec, trainsBase: boolean): Precision {
  if (typeof spec !== 'string') return customPrecision(spec)
  const half = spec.startsWith('fp16') ? 'fp16' : 'bf16'
  switch (spec) {
    case 'bf16-mixed':
    case 'fp16-mixed':
      return {
        name: spec,
        weights: trainsBase ? 'fp32' : half,
        autocast: half,
        adapters: 'fp32',
        master: false,
        fp8: false,
      }
    case 'bf16-pure':
    case 'fp16-pure':
      return { name: spec, weights: half, autocast: 'none', adapters: half, master: false, fp8: false }
    case 'bf16-master':
    case 'fp16-master':
      return { name: spec, weights: half, autocast: 'none', adapters: half, master: true, fp8: false }
    case 'fp32':
      return { name: spec, weights: 'fp32', autocast: 'none', adapters: 'fp32', master: false, fp8: false }
    case 'fp8':
      return { name: spec, weights: 'bf16', autocast: 'none', adapters: 'bf16', master: true, fp8: true }
  }
}

/** Explicit dtypes; omitted ones as transformers and peft choose them. */
function customPrecision(spec: Exclude<PrecisionSpec, string>): Precision {
  return {
    name: 'custom',
    weights: spec.weights ?? 'bf16',
    autocast: spec.autocast ?? 'none',
    adapters: spec.adapters ?? 'fp32',
    master: spec.master ?? false,
    fp8: false,
  }
}

/** What `auto` means: the stack's habit, in fp16 where the GPU has no bf16 units. */
export function autoPrecision(habit: string, gpu: Gpu): PrecisionName {
  const name = habit as PrecisionName
  return gpu.bf16Native ? name : (name.replace('bf16', 'fp16') as PrecisionName)
}
