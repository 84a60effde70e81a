import type { CandidateContext } from '../candidates.ts'
import type { Retention } from '../domain/estimates.ts'
import type { HyperparameterRules } from '../domain/hyperparameters.ts'
import type { Spec } from '../domain/spec.ts'
import { note } from '../notes.ts'
import { type ExpectedScore, expectedScore } from '../quality/score.ts'
import type { PlanAdvice } from '../report/advice-report.ts'
import type { EstimatedPlan } from '../report/plan-report.ts'
import { comparisonAdvice } from './comparison-advice.ts'
import { costInputOf, deploymentAdvice, federatedAdvice, mixtureAdvice } from './deployment-advice.ts'
import { hyperparameterAdvice } from './hyperparameter-advice.ts'

/** Everything beside the estimate that a shown plan is told with: settings, expected score, and what comes after the run. */
export function planAdvice<M, T>(
  estimated: EstimatedPlan,
  context: CandidateContext<M, T>,
  rules: HyperparameterRules,
): PlanAdvice {
  const { advice, notes } = hyperparameterAdvice(estimated, context, rules)
  const input = costInputOf(estimated, context)
  const score = scoreOf(context.resolved.spec, estimated.retention)
  return {
    hyperparameters: advice,
    notes: [...notes, ...scoreNotes(context.resolved.spec)],
    score,
    deployment: {
      ...deploymentAdvice(estimated, input, context),
      comparison: comparisonAdvice(score?.score ?? null),
    },
    federated: federatedAdvice(estimated, input, context),
    mixture: mixtureAdvice(estimated),
  }
}

/** Retention in the user's own points; null without the score of full fine-tuning. */
export function scoreOf({ quality }: Spec, retention: Retention | null): ExpectedScore | null {
  if (retention === null || quality?.full_score === undefined) return null
  return expectedScore(retention, quality.full_score, quality.base_score ?? null)
}

const scoreNotes = ({ quality }: Spec) =>
  quality?.base_score !== undefined && quality.full_score === undefined ? [note('base-score-alone')] : []
