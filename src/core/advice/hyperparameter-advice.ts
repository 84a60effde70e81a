import { adapters } from '../architecture/index.ts'
import { type CandidateContext, uniqueAmount } from '../candidates.ts'
import type { Architecture } from '../domain/architecture.ts'
import type { HyperparameterRules, Hyperparameters } from '../domain/hyperparameters.ts'
import type { LoraSettings } from '../domain/plan.ts'
import type { Note } from '../notes.ts'
import {
  type HyperparameterInput,
  recommendedHyperparameters,
  settingNotes,
} from '../plan/hyperparameters.ts'
import { fitsCard } from '../plan/search.ts'
import type { EstimatedPlan } from '../report/plan-report.ts'

/** Settings to start from, and remarks on stated ones that the evidence warns of. */
export interface HyperparameterAdvice {
  readonly advice: Hyperparameters
  readonly notes: readonly Note[]
}

/** Recommended settings of a plan that is shown. Other ranks are tried on its card only where a higher one is recommended. */
export function hyperparameterAdvice<M, T>(
  estimated: EstimatedPlan,
  context: CandidateContext<M, T>,
  rules: HyperparameterRules,
): HyperparameterAdvice {
  const input = inputOf(estimated, context, rules)
  const unbounded = recommendedHyperparameters(input)
  const largestRank = largestRankThatFits(estimated, unbounded, context, rules)
  const advice = largestRank === null ? unbounded : recommendedHyperparameters({ ...input, largestRank })
  return { advice, notes: settingNotes(statedSettings(estimated, context), advice) }
}

function inputOf<M, T>(
  { plan, time }: EstimatedPlan,
  { task, rules: retentionRules }: CandidateContext<M, T>,
  rules: HyperparameterRules,
): HyperparameterInput {
  return {
    method: plan.method,
    task,
    rules,
    retentionRules,
    uniqueAmount: uniqueAmount(plan, task),
    adapterParametersPerRank: adapters(plan.architecture, { rank: 1, targets: ['all-linear'] })
      .adapterParameters,
    stepCount: time.stepCount,
    expertsPerToken: expertsPerToken(plan.architecture),
    largestRank: null,
  }
}

/** Experts that one token passes; 1 in a dense model. */
const expertsPerToken = ({ layers }: Architecture): number =>
  layers.reduce(
    (most, { feedForward }) =>
      feedForward.kind === 'moe' ? Math.max(most, feedForward.expertsPerToken) : most,
    1,
  )

/** Largest usual rank up to the recommended one that the plan's card still holds; null where nothing had to be tried. */
function largestRankThatFits<M, T>(
  { plan }: EstimatedPlan,
  { rank: recommended }: Hyperparameters,
  { engines: { judge } }: CandidateContext<M, T>,
  { ranks }: HyperparameterRules,
): number | null {
  const { lora } = plan
  if (lora === null || recommended === null || recommended.value <= lora.rank) return null
  const fits = (rank: number): boolean => fitsCard({ ...plan, lora: withRank(lora, rank) }, judge)
  const higher = ranks.filter((rank) => rank > lora.rank && rank <= recommended.value)
  return higher.toReversed().find(fits) ?? lora.rank
}

const withRank = (lora: LoraSettings, rank: number): LoraSettings => ({
  ...lora,
  rank,
  alpha: (lora.alpha / lora.rank) * rank,
})

function statedSettings<M, T>({ plan, time }: EstimatedPlan, { resolved: { spec } }: CandidateContext<M, T>) {
  const { training = {}, dataset = {} } = spec
  const adapted = plan.lora
  const isStated = (value: unknown): boolean => value !== undefined && value !== 'auto'
  return {
    learningRate: training.learning_rate ?? null,
    globalBatchSize: plan.workload.globalBatchSize,
    targets: adapted === null ? null : adapted.targets,
    rank: adapted !== null && isStated(training.lora?.rank) ? adapted.rank : null,
    epochs: dataset.epochs ?? null,
    warmupSteps: training.warmup_steps ?? null,
    stepCount: time.stepCount,
  }
}
