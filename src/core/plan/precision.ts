import type { Gpu } from '../domain/gpu.ts'
import type { Parallelism, Precision } from '../domain/plan.ts'
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

/**
 * A mixed regime of full fine-tuning over sharded states, as the launchers run it: FSDP gathers 16-bit units from fp32 shards, DeepSpeed holds
 * 16-bit weights beside sharded fp32 masters. Neither keeps 16-bit casts of whole fp32 weights, as autocast on one GPU does.
 *
 * @source zhao-2023-fsdp, rajbhandari-2019-zero
 */
export function shardedPrecision(
  precision: Precision,
  trainsBase: boolean,
  shard: Parallelism['shard'],
): Precision {
  if (!trainsBase || shard === 'none' || !precision.name.endsWith('-mixed')) return precision
  const master = precision.name.startsWith('fp16') ? 'fp16-master' : 'bf16-master'
  return { ...precisionOf(master, trainsBase), name: precision.name }
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
