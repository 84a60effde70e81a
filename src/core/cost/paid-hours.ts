import type { CostInput, CostOptions } from '../domain/bill.ts'
import type { LazyText } from '../term.ts'
import { SECONDS_PER_HOUR } from '../units.ts'
import { type Level, type RunSeconds, runSeconds, totalOf } from './run-seconds.ts'
import { searchRuns } from './search-runs.ts'

/** Hours that the hardware is held for one reason. */
export interface PaidHours {
  readonly key: string
  readonly hours: number
  readonly basis: LazyText
}

const hours = (seconds: number): number => seconds / SECONDS_PER_HOUR
const rounded = (value: number): string => value.toPrecision(4)

/**
 * Seconds that a rental is billed beyond the run: the minimum of the provider and the step that it rounds up to.
 *
 *   topUp = max(minimum, ⌈run / step⌉ · step) − run
 */
function billingTopUpSeconds(
  seconds: number,
  billing: { readonly minimumSeconds: number; readonly incrementSeconds: number } | undefined,
): number {
  if (billing === undefined) return 0
  const { minimumSeconds, incrementSeconds } = billing
  const rounded = incrementSeconds > 0 ? Math.ceil(seconds / incrementSeconds) * incrementSeconds : seconds
  return Math.max(minimumSeconds, rounded) - seconds
}

function partsOfRun(input: CostInput, run: RunSeconds): PaidHours[] {
  const topUp = billingTopUpSeconds(totalOf(run), input.hardware.offer?.billing)
  return [
    { key: 'rent/training', hours: hours(run.training), basis: 'optimizer steps' },
    { key: 'rent/start-up', hours: hours(run.startUp), basis: 'start of the machine and loading' },
    { key: 'rent/evaluation', hours: hours(run.evaluation), basis: 'evaluation' },
    { key: 'rent/checkpoints', hours: hours(run.checkpoints), basis: 'saving checkpoints' },
    { key: 'rent/other', hours: hours(run.other), basis: 'rest of the run' },
    {
      key: 'rent/interruption',
      hours: hours(run.interruption),
      basis: 'work done again and restarts expected on spot',
    },
    { key: 'rent/minimum', hours: hours(topUp), basis: 'minimum and rounding of the bill' },
  ]
}

/**
 * All hours that are paid, by reason.
 *
 *   search      = run · (runs of the search − 1)
 *   experiments = (run + search) · (experiments − 1)
 *   failed runs = (run + search + experiments) · failed runs per success
 *   setup       = hours stated by the user
 */
export function paidHours(input: CostInput, level: Level): PaidHours[] {
  const { search, experiments, failedRunFraction, setupHours } = input.options
  const parts = partsOfRun(input, runSeconds(input, level))
  const run = parts.reduce((sum, part) => sum + part.hours, 0)
  const runs = search === null ? 1 : searchRuns(search.trials, search.strategy)
  const searching = run * (runs - 1)
  const repeated = (run + searching) * (experiments - 1)
  const failed = (run + searching + repeated) * failedRunFraction
  const perRun = (): string => `${rounded(run)} h a run`
  return [
    ...parts,
    {
      key: 'search',
      hours: searching,
      basis: () => `${rounded(runs)} runs in all for ${search?.trials ?? 1} trials, ${perRun()}`,
    },
    { key: 'experiments', hours: repeated, basis: () => `${experiments} experiments, ${perRun()}` },
    {
      key: 'failed-runs',
      hours: failed,
      basis: () => `${failedRunFraction} failed runs for each that succeeds`,
    },
    { key: 'rent/setup', hours: setupHours, basis: 'set-up and debugging stated in costs.setup_hours' },
  ]
}

/** Hours of a whole job whose single run takes so many: searches, repetitions, failures and set-up included. */
export function jobHours(
  runHours: number,
  { search, experiments, failedRunFraction, setupHours }: CostOptions,
): number {
  const runs = search === null ? 1 : searchRuns(search.trials, search.strategy)
  return runHours * runs * experiments * (1 + failedRunFraction) + setupHours
}

export const sumHours = (lines: readonly PaidHours[]): number =>
  lines.reduce((sum, line) => sum + line.hours, 0)
