import type { CandidateContext, RankedPlan } from './candidates.ts'
import type { Plan } from './domain/plan.ts'
import { namedParallelism } from './plan/parallelism.ts'
import type { MemoryRelaxation } from './plan/relax.ts'
import { fitsCard } from './plan/search.ts'

interface Change {
  readonly text: string
  readonly plan: Plan
}

/** Shorter sequences to try, as shares of the planned one. */
const SEQUENCE_SHARES = [0.75, 0.5, 0.25] as const

/** What would make a plan fit besides a larger card: settings that cost nothing first, then a shorter sequence, then more GPUs. */
function changesOf(plan: Plan): Change[] {
  const changes: Change[] = []
  if (plan.microBatchSize > 1) {
    const gradientAccumulation = plan.gradientAccumulation * plan.microBatchSize
    changes.push({
      text: `micro-batch ${plan.microBatchSize} -> 1`,
      plan: { ...plan, microBatchSize: 1, gradientAccumulation },
    })
  }
  if (plan.gradientCheckpointing === 'none') {
    changes.push({ text: 'checkpointing on', plan: { ...plan, gradientCheckpointing: 'full' } })
  }
  const { sequenceLength } = plan.workload
  for (const share of SEQUENCE_SHARES) {
    const shorter = Math.floor(sequenceLength * share)
    changes.push({ text: `sequence ${sequenceLength} -> ${shorter}`, plan: withSequence(plan, shorter) })
  }
  return [...changes, ...moreGpus(plan)]
}

const withSequence = (plan: Plan, sequenceLength: number): Plan => ({
  ...plan,
  gradientCheckpointing: 'full',
  workload: {
    ...plan.workload,
    sequenceLength,
    meanTokens: Math.min(plan.workload.meanTokens, sequenceLength),
    maxTokens: Math.min(plan.workload.maxTokens, sequenceLength),
  },
})

/** More GPUs of the same kind in one node, weights sharded over them. */
function moreGpus(plan: Plan): Change[] {
  const { hardware, parallelism, workload, stack } = plan
  if (hardware.nodes > 1 || parallelism.name === 'custom') return []
  const counts = hardware.gpu.gpusPerNode.filter(
    (count) => count > hardware.gpuCount && workload.globalBatchSize % count === 0,
  )
  return counts.flatMap((gpuCount) => {
    const sharded = namedParallelism('fsdp', gpuCount, stack.defaults.fsdp)
    if (sharded === null) return []
    const added = gpuCount - hardware.gpuCount
    const text = added === 1 ? 'one more GPU' : `${added} more GPUs`
    const gradientAccumulation = workload.globalBatchSize / gpuCount
    return [
      {
        text: `${text} (${sharded.name})`,
        plan: {
          ...plan,
          gradientCheckpointing: 'full' as const,
          microBatchSize: 1,
          gradientAccumulation,
          parallelism: sharded,
          hardware: { ...hardware, gpuCount, gpusPerNode: gpuCount },
        },
      },
    ]
  })
}

/** For a plan that does not fit: the first change that makes it fit, found with the same memory formulas; null where none does. */
export function memoryRelaxationFor<M, T>(
  plans: ReadonlyMap<string, RankedPlan<M, T>>,
  { engines }: CandidateContext<M, T>,
): MemoryRelaxation {
  return ({ id }) => {
    const ranked = plans.get(id)
    if (ranked === undefined) return null
    const fitting = changesOf(ranked.estimated.plan).find(({ plan }) => fitsCard(plan, engines.judge))
    return fitting === undefined ? null : { text: fitting.text, usd: null }
  }
}
