import { type TrainableTensor, trainableTensors } from '../architecture/index.ts'
import { isPadded, type Plan } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { Memo } from '../memo.ts'
import type { ActivationInputs } from './activations/model.ts'
import { activationHabits } from './habits.ts'
import { FUSED_PROJECTION, isProjection, runArchitecture } from './run-architecture.ts'

const known = new Memo<Adapted>()

/** Names of the linears that carry an adapter; where projections run as one, adapters on any of them do too. */
function adaptedLinears(
  { architecture, method, lora, trainableLayers }: Plan,
  { fuses_projections }: MemoryHabits,
): ReadonlySet<string> {
  if (lora === null || method.trains !== 'adapters') return new Set()
  const tensors = trainableTensors(architecture, method, trainableLayers, lora)
  const { names, hasProjection } = known.get([tensors], '', () => adaptedIn(tensors))
  return fuses_projections && hasProjection ? new Set([...names, FUSED_PROJECTION]) : names
}

interface Adapted {
  readonly names: ReadonlySet<string>
  readonly hasProjection: boolean
}

/** Linears to which these tensors belong as adapters. */
function adaptedIn(tensors: readonly TrainableTensor[]): Adapted {
  const linears = tensors.flatMap(({ kind, linear }) =>
    kind === 'adapter-a' && linear !== null ? [linear] : [],
  )
  return {
    names: new Set(linears.map(({ name }) => name)),
    hasProjection: linears.some(isProjection),
  }
}

/** What the activation model asks of a plan. */
export const activationInputs = (plan: Plan, habits: MemoryHabits): ActivationInputs => ({
  architecture: runArchitecture(plan.architecture, habits),
  trains: plan.method.trains,
  lora: plan.method.trains === 'adapters' ? plan.lora : null,
  adaptedLinears: adaptedLinears(plan, habits),
  quantization: plan.quantization?.type ?? null,
  precision: plan.precision,
  attention: plan.attention,
  loss: plan.loss,
  kernels: plan.kernels,
  compile: plan.compile,
  gradientCheckpointing: plan.gradientCheckpointing,
  reentrantCheckpointing: plan.reentrantCheckpointing,
  kbitUpcast: plan.kbitUpcast,
  padded: isPadded(plan.workload),
  sequenceLength: plan.workload.sequenceLength,
  trainableLayers: plan.trainableLayers,
  habits: activationHabits(habits, plan),
})
