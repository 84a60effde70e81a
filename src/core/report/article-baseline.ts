import type { PlanReport, Report } from '../domain/report.ts'
import type { BaselineReport } from '../domain/report-advice.ts'
import { articleMemoryGb } from '../plan/article.ts'
import { bytesPerValue, GB } from '../units.ts'

/** The memory of a plan by the article's formula: 16-bit weights, the micro-batch and the sequence of the plan. */
export function articleBaseline(
  { microBatchSize, sequenceLength }: Pick<PlanReport, 'microBatchSize' | 'sequenceLength'>,
  totalParameters: number,
): BaselineReport {
  const modelGb = (totalParameters * bytesPerValue.bf16) / GB
  const { total, terms } = articleMemoryGb(modelGb, microBatchSize ?? 1, sequenceLength)
  return {
    name: 'article',
    totalBytes: total * GB,
    terms: terms.map(({ key, amount, formula, source }) => ({ key, bytes: amount * GB, formula, source })),
  }
}

/** The report with the article's formula beside every plan that has a memory of its own. */
export const withArticleBaseline = (report: Report): Report => ({
  ...report,
  plans: report.plans.map((plan) =>
    plan.memory === null ? plan : { ...plan, baseline: articleBaseline(plan, report.model.parameters.total) },
  ),
})
