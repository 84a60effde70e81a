import type { PlanReport } from '../core/domain/report.ts'
import { cardsName, methodName, payeeName, summaryCells, verdictWord } from './cells.ts'
import { unstatedLines } from './reasons.ts'
import type { Block, Sheet } from './sheet.ts'

/** A plan beside the answer, with what it stands for. */
export interface OtherPlan {
  readonly value: string
  readonly plan: PlanReport
}

/** What is shown of an inverse question: the answer, the plan that passes, and what stops the next step. */
export interface SolutionView {
  readonly what: string
  /** Null when nothing passes. */
  readonly answer: string | number | null
  readonly plan: PlanReport | null
  /** The next step, which does not pass; null when the end of the range passes. */
  readonly above: {
    readonly value: string | number
    readonly verdict: string
    readonly plan: PlanReport | null
  } | null
  /** Further answers, such as dearer GPUs. */
  readonly others: readonly OtherPlan[]
  /** How people read the answer and the next step, where the values say little by themselves. */
  readonly words?: { readonly title: string; readonly answer: string; readonly above: string }
  /** What a person should know beside the table. */
  readonly remarks: readonly string[]
  readonly evaluations: number
}

const MOST_OTHERS = 10

const head = ['', 'plan', 'GiB', 'time', 'cost', 'quality', 'verdict']
const columns = head.map((name, i) => ({
  head: name,
  align: i > 1 && i < 6 ? ('right' as const) : ('left' as const),
}))

function row(label: string, plan: PlanReport): string[] {
  const { memory, time, cost, retention, verdict } = summaryCells(plan)
  return [
    label,
    `${methodName(plan)}, ${cardsName(plan)}, ${payeeName(plan)}`,
    memory,
    time,
    cost,
    retention,
    verdict,
  ]
}

/** The answer, the plan that proves it, and the next step that does not pass. */
export function solutionSheet(solution: SolutionView): Sheet {
  const { what, answer, plan, above, others, remarks, evaluations } = solution
  const title = answer === null ? `${what}: nothing meets the constraints` : `${what}: ${answer}`
  const words = solution.words ?? {
    title,
    answer: String(answer ?? 'nearest'),
    above: String(above?.value ?? ''),
  }
  const rows = [
    ...(plan === null ? [] : [row(words.answer, plan)]),
    ...others.slice(0, MOST_OTHERS).map((other) => row(other.value, other.plan)),
    ...(above === null || above.plan === null ? [] : [row(words.above, above.plan)]),
  ]
  const hidden = Math.max(0, others.length - MOST_OTHERS)
  const lines = [
    ...unstatedLines([...(plan === null ? [] : [plan]), ...others.map((other) => other.plan)]),
    ...remarks,
    ...(above === null ? [] : [`${words.above} does not pass: ${verdictWord(above.verdict)}`]),
    ...(hidden === 0 ? [] : [`${hidden} more, see --json`]),
    `plans looked at: ${evaluations}`,
  ]
  const blocks: Block[] = [{ title: words.title, columns, rows }, { lines }]
  return { data: solution, blocks }
}
