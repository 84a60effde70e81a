import type { Plan } from '../domain/plan.ts'
import type { Sink } from '../term.ts'
import { bytesAt } from './activations/footprint.ts'
import { fixedBytes } from './line.ts'
import type { PreparedMemory, PreparedStage } from './prepare.ts'
import { rankParameters, sumOver } from './rank-tensors.ts'
import { longestSequence } from './tokens.ts'

/** Bytes of a value in a checkpoint on disk and on its way into memory. */
const CHECKPOINT_WIDTH = 2

/** Parameters of the model that one rank would hold without data parallelism. */
const unshardedParameters = ({ tensors }: PreparedStage): number =>
  sumOver([...tensors.frozen, ...tensors.trained], rankParameters)

/**
 * Host memory of one node: what ranks keep there (offloaded weights, states and checkpoints, unified memory that can move), and the larger
 * of what loading and saving take for a while. A sharded model is put together in host memory to be saved.
 *
 * @source ren-2021-offload
 */
export function addHost(sink: Sink, prepared: PreparedMemory, plan: Plan): void {
  const [stage] = prepared.stages
  if (stage === undefined) return
  const ranks = plan.hardware.gpusPerNode
  for (const { key, footprint, formula, source } of [...stage.residents.host, ...stage.residents.paged])
    sink.add(key, footprint.constant * ranks, () => `${formula}, ${ranks} GPUs of the node`, source)
  if (plan.offload.includes('parameters'))
    sink.add(
      'gradients/parameters',
      stage.hostGradientBytes * ranks,
      'offloaded gradients',
      'ren-2021-offload',
    )
  const activations = bytesAt(stage.offloaded, plan.microBatchSize, longestSequence(plan.workload))
  sink.add(
    'activations/offloaded',
    activations * ranks,
    'checkpoints and saved tensors in host memory',
    'ren-2021-offload',
  )
  sink.add(
    'temporary/host',
    transient(stage, prepared, plan),
    'a checkpoint while it is loaded or saved',
    'transformers',
  )
}

/** A checkpoint in host memory for a while: one for the node, or one for every rank while it loads. */
function transient(stage: PreparedStage, { habits }: PreparedMemory, plan: Plan): number {
  const { tp, pp } = plan.parallelism
  const whole = unshardedParameters(stage) * tp * pp * CHECKPOINT_WIDTH
  const kept = fixedBytes(stage.residents.host)
  const copies = habits.host_copies_at_load === 'each-rank' ? plan.hardware.gpusPerNode : 1
  return Math.max(0, whole * copies - kept)
}
