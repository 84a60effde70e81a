import { adapters } from '../architecture/index.ts'
import type { Plan } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import type { ActivationInputs } from './activations/model.ts'
import { activationHabits } from './habits.ts'

/** Names of the linears that carry an adapter. */
function adaptedLinears({ architecture, method, lora, trainableLayers }: Plan): ReadonlySet<string> {
  if (lora === null || method.trains !== 'adapters') return new Set()
  const { linears } = adapters(architecture, { ...lora, layers: trainableLayers })
  return new Set(linears.map(({ linear }) => linear.name))
}

/** Padding gives attention a mask; packed and padding-free batches, and samples of equal length, need none. */
const isPadded = ({ workload }: Plan): boolean =>
  workload.packing === 'padded' && workload.meanTokens < workload.maxTokens

/** What the activation model asks of a plan. */
export const activationInputs = (plan: Plan, habits: MemoryHabits): ActivationInputs => ({
  architecture: plan.architecture,
  trains: plan.method.trains,
  lora: plan.method.trains === 'adapters' ? plan.lora : null,
  adaptedLinears: adaptedLinears(plan),
  quantization: plan.quantization?.type ?? null,
  precision: plan.precision,
  attention: plan.attention,
  loss: plan.loss,
  kernels: plan.kernels,
  compile: plan.compile,
  gradientCheckpointing: plan.gradientCheckpointing,
  reentrantCheckpointing: plan.reentrantCheckpointing,
  kbitUpcast: plan.kbitUpcast,
  padded: isPadded(plan),
  sequenceLength: plan.workload.sequenceLength,
  trainableLayers: plan.trainableLayers,
  habits: activationHabits(habits, plan),
})
