import type { DiffUnit, FigureChange, InputChange, PlanChange, ReportDiff } from '../domain/diff.ts'
import type { PlanReport, Report } from '../domain/report.ts'
import { UserError } from '../errors.ts'
import { isRecord } from '../is-record.ts'
import { SECONDS_PER_HOUR } from '../units.ts'
import { counted, gib, hours, money, share } from './explain-words.ts'

/** Relative differences below this are float noise. */
const NOISE = 1e-9

interface Figure {
  readonly name: string
  readonly unit: DiffUnit
  readonly of: (plan: PlanReport) => number | null
  /** More of it is worse: a check may fail on a rise. */
  readonly isBurden: boolean
}

const figures: readonly Figure[] = [
  { name: 'memory', unit: 'B', of: ({ memory }) => memory?.requiredBytes.mid ?? null, isBurden: true },
  { name: 'step time', unit: 's', of: ({ time }) => time?.stepSeconds.mid ?? null, isBurden: true },
  { name: 'total time', unit: 's', of: ({ time }) => time?.totalSeconds.mid ?? null, isBurden: true },
  { name: 'cost', unit: 'USD', of: ({ cost }) => cost.usd?.mid ?? null, isBurden: true },
  { name: 'retention', unit: 'fraction', of: ({ retention }) => retention?.mid ?? null, isBurden: false },
]

export interface DiffOptions {
  /** Fail when memory, time or cost of the best plan rises by more than this share; null: never. */
  readonly failOnIncrease: number | null
}

/** What changed in inputs, memory, time, cost and choice from report A to report B. */
export function diffReports(
  a: Report,
  b: Report,
  options: DiffOptions = { failOnIncrease: null },
): ReportDiff {
  const { failOnIncrease } = options
  if (failOnIncrease !== null && !(failOnIncrease >= 0)) {
    throw new UserError(
      'usage',
      `fail-on-increase: ${failOnIncrease} is not 0 or more`,
      'it is a share: 0.1 allows 10 %',
    )
  }
  const inputs = changedInputs(a, b)
  const verdict = change('verdict', a.verdict, b.verdict)
  const winner = change('winner', a.decision.winner, b.decision.winner)
  const best = figureChanges(a.plans[0], b.plans[0])
  const plans = planChanges(a.plans, b.plans)
  const identical = inputs.length === 0 && verdict === null && winner === null && plans.length === 0
  const found = { identical, inputs, verdict, winner, figures: best, plans }
  return { ...found, summary: summaryOf(found), failures: failuresOf(found, failOnIncrease) }
}

/** Settings by dotted path; a leaf of the resolved spec carries its value and where it came from. */
function changedInputs(a: Report, b: Report): InputChange[] {
  const before = flatten(a.spec)
  const after = flatten(b.spec)
  before.set('model', a.model.id ?? a.model.modelType)
  after.set('model', b.model.id ?? b.model.modelType)
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort()
  return keys.flatMap((key) => change(key, before.get(key) ?? null, after.get(key) ?? null) ?? [])
}

function flatten(
  tree: Record<string, unknown>,
  path = '',
  found = new Map<string, string>(),
): Map<string, string> {
  for (const [key, value] of Object.entries(tree)) {
    const here = path === '' ? key : `${path}.${key}`
    if (!isRecord(value)) found.set(here, words(value))
    else if ('origin' in value && 'value' in value) found.set(here, words(value.value))
    else flatten(value, here, found)
  }
  return found
}

const words = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null')

const change = (key: string, before: string | null, after: string | null): InputChange | null =>
  before === after ? null : { key, before, after }

function figureChanges(a: PlanReport | undefined, b: PlanReport | undefined): FigureChange[] {
  return figures.map(({ name, unit, of }) => {
    const before = a === undefined ? null : of(a)
    const after = b === undefined ? null : of(b)
    const difference = before === null || after === null ? null : after - before
    const changeFraction = difference === null || before === null || before === 0 ? null : difference / before
    return { name, unit, before, after, change: difference, changeFraction }
  })
}

const isChanged = ({ before, after, changeFraction }: FigureChange): boolean =>
  changeFraction === null ? before !== after : Math.abs(changeFraction) > NOISE

/** The hash of an id changes with every knob: the same method, stack, hardware and payment is the same line. */
const lineOf = ({ id }: PlanReport): string => id.split('#')[0] ?? id

function planChanges(before: readonly PlanReport[], after: readonly PlanReport[]): PlanChange[] {
  const old = byLine(before)
  const young = byLine(after)
  const lines = [...young.keys(), ...[...old.keys()].filter((line) => !young.has(line))]
  return lines.flatMap((plan) => {
    const a = old.get(plan)
    const b = young.get(plan)
    const changed = figureChanges(a, b).filter(isChanged)
    const moved = a?.rank !== b?.rank
    if (!moved && changed.length === 0) return []
    return { plan, rankBefore: a?.rank ?? null, rankAfter: b?.rank ?? null, figures: changed }
  })
}

/** Several plans may differ in hashed knobs only: they are told apart by their order. */
function byLine(plans: readonly PlanReport[]): Map<string, PlanReport> {
  const found = new Map<string, PlanReport>()
  for (const plan of plans) {
    const line = lineOf(plan)
    let name = line
    for (let copy = 2; found.has(name); copy++) name = `${line} (${copy})`
    found.set(name, plan)
  }
  return found
}

type Found = Omit<ReportDiff, 'summary' | 'failures'>

function summaryOf({ identical, inputs, verdict, winner, figures: best, plans }: Found): string {
  if (identical) return 'nothing changed'
  const parts: string[] = []
  if (verdict !== null) parts.push(`verdict ${verdict.before} -> ${verdict.after}`)
  if (winner !== null) parts.push(`winner ${winner.before ?? 'none'} -> ${winner.after ?? 'none'}`)
  parts.push(...best.filter(isChanged).map(sentence))
  if (inputs.length > 0) parts.push(`${counted(inputs.length, 'input')} changed`)
  if (parts.length === 0) parts.push(`${counted(plans.length, 'plan')} changed`)
  return parts.join(', ')
}

const print: Readonly<Record<DiffUnit, (value: number) => string>> = {
  B: gib,
  s: (seconds) => (seconds < 60 ? `${seconds.toPrecision(3)} s` : hours(seconds / SECONDS_PER_HOUR)),
  USD: money,
  fraction: share,
}

function sentence({ name, unit, before, after, changeFraction }: FigureChange): string {
  const shown = (value: number | null): string => (value === null ? 'unknown' : print[unit](value))
  const percent =
    changeFraction === null ? '' : ` (${changeFraction > 0 ? '+' : ''}${(changeFraction * 100).toFixed(1)} %)`
  return `${name} ${shown(before)} -> ${shown(after)}${percent}`
}

function failuresOf({ verdict, figures: best }: Found, failOnIncrease: number | null): string[] {
  if (failOnIncrease === null) return []
  const failures = best.flatMap((figure) => {
    const isBurden = figures.some(({ name, isBurden: burden }) => burden && name === figure.name)
    if (!isBurden || !rose(figure, failOnIncrease)) return []
    return `${sentence(figure)}, more than ${(failOnIncrease * 100).toFixed(1)} % allowed`
  })
  if (verdict?.before === 'ok') failures.push(`the verdict was ok and is ${verdict.after}`)
  return failures
}

function rose({ before, after, changeFraction }: FigureChange, allowed: number): boolean {
  if (changeFraction !== null) return changeFraction > allowed + NOISE
  return before === 0 && after !== null && after > 0
}
