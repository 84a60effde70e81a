import type { Library } from '../domain/library.ts'
import type { Plan } from '../domain/plan.ts'
import type { Spec } from '../domain/spec.ts'
import type { OwnPrediction, OwnRun } from '../domain/user-calibration.ts'
import { UserError } from '../errors.ts'
import { pinnedRun } from '../pinned-run.ts'
import { methodClassOf } from './correct.ts'
import { weightBytesOf } from './weights.ts'

/** What the packaged formulas say of a run, and what its offset depends on. */
export type PredictedRun = Pick<OwnRun, 'stack' | 'method_class' | 'gpu' | 'predicted'>

/** Memory and time of the one plan that a spec pins, by the packaged calibration alone. */
export function predictOwnRun(spec: Spec, library: Library): PredictedRun {
  const { plan, preparedMemory, memory, time } = pinnedRun(spec, library, unpinned)
  const predicted: OwnPrediction = {
    weight_bytes: weightBytesOf(preparedMemory),
    capacity_bytes: memory.capacityBytes,
    allocated_bytes: memory.allocatedBytes,
    reserved_bytes: memory.reservedBytes,
    device_bytes: memory.deviceBytes,
    required_bytes: memory.requiredBytes,
    fit_probability: memory.fitProbability,
    step_seconds: time.stepSeconds,
    tokens_per_second_per_gpu: time.tokensPerSecondPerGpu,
    gradient_accumulation: plan.gradientAccumulation,
  }
  return {
    stack: plan.stack.id,
    method_class: methodClassOf(plan.method),
    gpu: plan.hardware.gpu.id,
    predicted,
  }
}

/** What a plan says of each knob that a spec can leave open. */
const knobs: Readonly<Record<string, (plan: Plan) => unknown>> = {
  'hardware.gpu': ({ hardware }) => hardware.gpu.id,
  'hardware.count': ({ hardware }) => hardware.gpusPerNode,
  'hardware.nodes': ({ hardware }) => hardware.nodes,
  'training.method': ({ method }) => method.id,
  'training.stack': ({ stack }) => stack.id,
  'training.lora.rank': ({ lora }) => lora?.rank,
  'training.quantization.type': ({ quantization }) => quantization?.type,
  'training.sequence_length': ({ workload }) => workload.sequenceLength,
  'training.micro_batch_size': ({ microBatchSize }) => microBatchSize,
  'training.precision': ({ precision }) => JSON.stringify(precision),
  'training.optimizer': ({ optimizer }) => optimizer.id,
  'training.gradient_checkpointing': ({ gradientCheckpointing }) => gradientCheckpointing,
  'training.attention': ({ attention }) => attention,
  'training.loss': ({ loss }) => loss,
  'training.kernels': ({ kernels }) => kernels,
  'training.compile': ({ compile }) => compile,
  'training.sharding': ({ parallelism }) => JSON.stringify(parallelism),
}

/**
 * Knobs in which plans differ that agree in all knobs before: what differs between methods or cards only because of the method or the card
 * is no knob to pin.
 */
function openKnobs(plans: readonly Plan[]): string[] {
  const open: string[] = []
  let alike = plans
  for (const [key, read] of Object.entries(knobs)) {
    const [first] = alike
    if (first === undefined) break
    const value = read(first)
    const same = alike.filter((plan) => read(plan) === value)
    if (same.length < alike.length) open.push(key)
    alike = same
  }
  return open
}

function unpinned(plans: readonly Plan[]): UserError {
  const found = openKnobs(plans)
  const open = found.length === 0 ? ['hardware'] : found
  return new UserError(
    'invalid-spec',
    `the spec allows ${plans.length} plans, a run has one: ${open.join(', ')} ${open.length === 1 ? 'is' : 'are'} open`,
    'pin what the run used, one value each',
  )
}
