import type { MemoryEstimate, TimeEstimate } from '../domain/estimates.ts'
import type { Method } from '../domain/method.ts'
import type { Plan } from '../domain/plan.ts'
import type { MethodClass, OwnRunRules } from '../domain/user-calibration.ts'
import { fitProbability } from '../memory/fit-probability.ts'
import { type Note, type NoteCode, note } from '../notes.ts'
import type { Term } from '../term.ts'
import type { Range } from '../units.ts'
import { evidenceFor, type OwnEvidence, type Quantity } from './evidence.ts'
import { deviationOf, type Evidence, posterior } from './posterior.ts'

/** Own runs and how they are weighed. */
export interface OwnCorrection {
  readonly evidence: OwnEvidence
  readonly rules: OwnRunRules
}

/** What a correction depends on. */
export interface Habits {
  readonly stack: string
  readonly methodClass: MethodClass
  readonly gpu: string
}

export const methodClassOf = ({
  trains,
  quantized_base,
}: Pick<Method, 'trains' | 'quantized_base'>): MethodClass =>
  trains !== 'adapters' ? 'weights' : quantized_base ? 'quantized-adapters' : 'adapters'

export const habitsOf = ({ stack, method, hardware }: Plan): Habits => ({
  stack: stack.id,
  methodClass: methodClassOf(method),
  gpu: hardware.gpu.id,
})

const evidenceOf = (
  { evidence, rules }: OwnCorrection,
  habits: Habits,
  quantity: Quantity,
): Evidence | null => evidenceFor(evidence, habits, quantity, rules)

const narrowed = (mid: number, { low, mid: packaged, high }: Range, narrowing: number): Range => ({
  low: mid * (low / packaged) ** narrowing,
  mid,
  high: mid * (high / packaged) ** narrowing,
})

/** A memory range with the part beyond the weights multiplied by what own runs say. */
function correctedBytes(
  range: Range,
  weightBytes: number,
  evidence: Evidence | null,
  rules: OwnRunRules,
): Range {
  if (evidence === null || range.mid <= weightBytes) return range
  const part = range.mid - weightBytes
  const packaged = { deviation: deviationOf(range), share: part / range.mid }
  const scatter = { deviation: rules.scatter.memory, runs: rules.scatter_runs }
  const { factor, narrowing } = posterior(evidence, packaged, scatter)
  return narrowed(weightBytes + part * factor, range, narrowing)
}

/** What the card must have, corrected. */
export const correctedRequirement = (
  range: Range,
  weightBytes: number,
  habits: Habits,
  own: OwnCorrection,
): Range => correctedBytes(range, weightBytes, evidenceOf(own, habits, 'required'), own.rules)

/** A range whose middle stays on the card as long as the packaged one does: a full card makes the allocator give blocks back. */
const within = (corrected: Range, packaged: Range, ceilingBytes: number): Range =>
  packaged.mid > ceilingBytes || corrected.mid <= ceilingBytes
    ? corrected
    : narrowed(ceilingBytes, corrected, 1)

/** Remarks that own runs have settled are dropped. */
const unsettled = (notes: readonly Note[], settled: readonly NoteCode[]): readonly Note[] =>
  notes.filter(({ code }) => !settled.includes(code))

type Counters = Pick<MemoryEstimate, 'reservedBytes' | 'deviceBytes' | 'requiredBytes' | 'capacityBytes'>

/** The counters above `allocated` with own runs counted in, and how many runs speak of them. */
export function correctedCounters(
  counters: Counters,
  weightBytes: number,
  habits: Habits,
  own: OwnCorrection,
): Pick<Counters, 'reservedBytes' | 'deviceBytes' | 'requiredBytes'> & { readonly runs: number } {
  const { reservedBytes, deviceBytes, requiredBytes, capacityBytes } = counters
  const found = (['required', 'reserved', 'device'] as const).map((one) => evidenceOf(own, habits, one))
  const [required = null, reserved = null, device = null] = found
  const corrected = (range: Range, evidence: Evidence | null): Range =>
    correctedBytes(range, weightBytes, evidence, own.rules)
  const outside = deviceBytes.mid - reservedBytes.mid
  return {
    reservedBytes: within(corrected(reservedBytes, reserved), reservedBytes, capacityBytes - outside),
    deviceBytes: within(corrected(deviceBytes, device), deviceBytes, capacityBytes),
    requiredBytes: corrected(requiredBytes, required),
    runs: Math.max(...found.map((evidence) => evidence?.runs ?? 0)),
  }
}

/** The estimate with own runs counted in; `allocated` stays, it is physics alone. */
export function correctedMemory(
  estimate: MemoryEstimate,
  weightBytes: number,
  habits: Habits,
  own: OwnCorrection,
): MemoryEstimate {
  const { runs, ...counters } = correctedCounters(estimate, weightBytes, habits, own)
  if (runs === 0) return estimate
  const before = estimate.requiredBytes.mid - weightBytes
  const factor = before <= 0 ? 1 : (counters.requiredBytes.mid - weightBytes) / before
  return {
    ...estimate,
    ...counters,
    fitProbability: fitProbability(counters.requiredBytes, estimate.capacityBytes),
    notes: [
      ...unsettled(estimate.notes, ['stack-unmeasured']),
      note('own-calibration-memory', { count: runs, stack: habits.stack, factor: Number(factor.toFixed(3)) }),
    ],
  }
}

/** Factor of the step time and its range from own runs; the range narrows only on cards that they ran on. */
export function timeCorrection(
  stepSeconds: Range,
  habits: Habits,
  own: OwnCorrection,
): { readonly runs: number; readonly factor: number; readonly narrowing: number } | null {
  const evidence = evidenceOf(own, habits, 'time')
  if (evidence === null) return null
  const scatter = { deviation: own.rules.scatter.time, runs: own.rules.scatter_runs }
  const { factor, narrowing } = posterior(
    evidence,
    { deviation: deviationOf(stepSeconds), share: 1 },
    scatter,
  )
  return { runs: evidence.runs, factor, narrowing: evidence.gpus.includes(habits.gpu) ? narrowing : 1 }
}

/** A range of times (or, with the inverse factor, of speeds) under a correction. */
export const timeRange = (
  range: Range,
  { factor, narrowing }: { readonly factor: number; readonly narrowing: number },
): Range => narrowed(range.mid * factor, range, narrowing)

/** Key of the term of a run that is made of steps. */
const STEPS = 'compute/training'

/** Terms of a bill, multiplied where they stand, so that they add up to the corrected total and none is below 0. */
const multiplied = (
  terms: readonly Term[],
  factor: number,
  keys: (key: string) => boolean,
): readonly Term[] =>
  terms.map((term) =>
    keys(term.key)
      ? {
          ...term,
          amount: term.amount * factor,
          formula: `${term.formula} · ${factor.toFixed(3)} (own runs)`,
        }
      : term,
  )

/** The estimate with own runs counted in: the time of steps is multiplied, everything else of the run stays. */
export function correctedTime(estimate: TimeEstimate, habits: Habits, own: OwnCorrection): TimeEstimate {
  const { stepSeconds, trainSeconds, totalSeconds, tokensPerSecondPerGpu: speed } = estimate
  const correction = timeCorrection(stepSeconds, habits, own)
  if (correction === null) return estimate
  const { runs, factor, narrowing } = correction
  const settled: readonly NoteCode[] =
    narrowing < 1 ? ['stack-unmeasured', 'gpu-unmeasured'] : ['stack-unmeasured']
  const train = timeRange(trainSeconds, correction)
  const total = (end: 'low' | 'mid' | 'high'): number => totalSeconds[end] - trainSeconds[end] + train[end]
  return {
    ...estimate,
    stepSeconds: timeRange(stepSeconds, correction),
    trainSeconds: train,
    totalSeconds: { low: total('low'), mid: total('mid'), high: total('high') },
    tokensPerSecondPerGpu: timeRange(speed, { factor: 1 / factor, narrowing }),
    mfuFraction: estimate.mfuFraction / factor,
    terms: multiplied(estimate.terms, factor, () => true),
    runTerms: multiplied(estimate.runTerms, factor, (key) => key === STEPS),
    notes: [
      ...unsettled(estimate.notes, settled),
      note('own-calibration-time', { count: runs, stack: habits.stack, factor: Number(factor.toFixed(3)) }),
    ],
  }
}
