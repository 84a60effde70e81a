import type { PlanReport } from '../core/domain/report.ts'
import type { StagedPlan } from '../core/domain/stages.ts'
import { unstatedMark } from './cells.ts'
import { right } from './column.ts'
import { formatSeconds, formatShare, formatUsd, orUnknown } from './format.ts'
import { unstatedLines } from './reasons.ts'
import type { Sheet } from './sheet.ts'

/** What is shown of a progressive plan. */
export interface StagesView {
  readonly stages: readonly {
    readonly plan: Pick<PlanReport, 'id' | 'verdict' | 'notes'>
    readonly passProbability: number
    readonly basis: string
  }[]
  readonly plan: StagedPlan
  readonly assumed: readonly string[]
}

const seconds = (value: number | null): string => orUnknown(value, formatSeconds)
const paysWord = (pays: boolean | null): string => (pays === null ? '' : pays ? 'yes' : 'no')

/** A progressive plan: its stages, its totals, and what each gate's probability does to them. */
export function stagesSheet({ stages, plan, assumed }: StagesView): Sheet {
  const { sensitivity } = plan
  const marks = stages.map((stage) => unstatedMark(stage.plan))
  const markOfAll = marks.find((mark) => mark !== '') ?? ''
  const usd = (value: number | null, mark = markOfAll): string =>
    orUnknown(value, (known) => `${formatUsd(known)}${mark}`)
  const rows = plan.stages.map((stage, index) => [
    stage.name,
    seconds(stage.seconds),
    usd(stage.usd, marks[index]),
    formatShare(stage.reachProbability),
    formatShare(stages[index]?.passProbability ?? 0),
    stages[index]?.basis ?? '',
    paysWord(stage.pays),
  ])
  return {
    data: {
      ...plan,
      plans: stages.map(({ plan: { id, verdict, notes }, passProbability, basis }) => ({
        id,
        verdict,
        notes,
        passProbability,
        basis,
      })),
      assumed,
    },
    blocks: [
      {
        title: 'Stages',
        columns: [
          { head: 'stage' },
          right('time'),
          right('cost'),
          right('reached'),
          right('passed'),
          { head: 'because' },
          { head: 'pays' },
        ],
        rows,
      },
      {
        title: 'Together',
        lines: [
          `expected cost ${usd(plan.expectedUsd)}, time ${seconds(plan.expectedSeconds)}`,
          `at worst ${usd(plan.worstUsd)}, ${seconds(plan.worstSeconds)}`,
          `succeeds with ${formatShare(plan.successProbability)}; ${usd(plan.usdPerSuccess)} for a success`,
          ...unstatedLines(stages.map((stage) => stage.plan)),
          ...assumed,
        ],
      },
      {
        title: 'If a gate is passed more or less often',
        columns: [
          { head: 'stage' },
          right('passed'),
          right('expected cost'),
          right('success'),
          right('per success'),
        ],
        rows: sensitivity.map(({ stage, passProbability, totals }) => [
          stage,
          formatShare(passProbability),
          usd(totals.expectedUsd),
          formatShare(totals.successProbability),
          usd(totals.usdPerSuccess),
        ]),
      },
      { title: 'Plans', lines: stages.map(({ plan: { id, verdict } }) => `${id}: ${verdict}`) },
    ],
  }
}
