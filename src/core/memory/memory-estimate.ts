import { type Detail, type MemoryEstimate, type Phase, type PhaseBill, phases } from '../domain/estimates.ts'
import type { MemoryCalibration } from '../domain/memory-calibration.ts'
import type { Plan } from '../domain/plan.ts'
import { type Note, note } from '../notes.ts'
import { type Sink, type Term, TermSink, TotalSink } from '../term.ts'
import type { Range } from '../units.ts'
import { bytesAt } from './activations/footprint.ts'
import { counterRange, deviceBytes, onCard, requiredBytesMid, reservedBytes } from './counters.ts'
import { fitProbability } from './fit-probability.ts'
import { addHost } from './host.ts'
import { addEvaluation, addLoad, addSave } from './other-phases.ts'
import { addPeak, peakOf } from './peak.ts'
import { type PreparedMemory, stagesFor } from './prepare.ts'
import { longestSequence } from './tokens.ts'
import { trainingPeak } from './training-peak.ts'

interface Bill extends Sink {
  readonly total: number
  readonly terms?: readonly Term[]
}

const billFor = (detail: Detail): Bill => (detail === 'terms' ? new TermSink() : new TotalSink())

/** What the card must have for the training phases, with its range: what ranking judges a plan by. */
export function requiredBytes(prepared: PreparedMemory, plan: Plan, calibration: MemoryCalibration): Range {
  const { inputs } = trainingPeak(prepared, plan)
  return counterRange(requiredBytesMid(inputs, plan, calibration), 'required', plan, calibration)
}

function billOf(phase: Phase, prepared: PreparedMemory, plan: Plan, detail: Detail): PhaseBill {
  const bill = billFor(detail)
  const [stage] = prepared.stages
  if (stage !== undefined) {
    if (phase === 'load') addLoad(bill, prepared, stage, plan)
    else if (phase === 'evaluation') addEvaluation(bill, prepared, stage, plan)
    else if (phase === 'save') addSave(bill, stage, plan)
    else {
      const peak = peakOf(prepared, plan, phase)
      if (peak !== null) addPeak(bill, peak, plan)
    }
  }
  return { phase, bytes: bill.total, terms: bill.terms ?? [] }
}

const activationBytesOf = (prepared: PreparedMemory, plan: Plan): number =>
  stagesFor(prepared, plan).reduce(
    (most, { afterForward }) =>
      Math.max(most, bytesAt(afterForward, plan.microBatchSize, longestSequence(plan.workload))),
    0,
  )

function notesOf({ stack }: Plan, { measured }: MemoryCalibration): readonly Note[] {
  return measured.stacks.includes(stack.id) ? [] : [note('stack-unmeasured', { stack: stack.id })]
}

/** Peak memory of the worst rank: every phase with its terms, every counter with its range, and whether the card holds it. */
export function memoryEstimate(
  prepared: PreparedMemory,
  plan: Plan,
  calibration: MemoryCalibration,
  detail: Detail,
): MemoryEstimate {
  const { phase: peakPhase, inputs } = trainingPeak(prepared, plan)
  const { capacityBytes } = plan.hardware
  const range = (mid: number, counter: Parameters<typeof counterRange>[1]): Range =>
    counterRange(mid, counter, plan, calibration)
  const required = range(requiredBytesMid(inputs, plan, calibration), 'required')
  const host = billFor(detail)
  addHost(host, prepared, plan)
  return {
    allocatedBytes: range(inputs.allocatedBytes, 'allocated'),
    reservedBytes: onCard(range(reservedBytes(inputs, plan, calibration), 'reserved'), plan),
    deviceBytes: onCard(range(deviceBytes(inputs, plan, calibration), 'device'), plan),
    requiredBytes: required,
    activationBytes: activationBytesOf(prepared, plan),
    capacityBytes,
    fitProbability: fitProbability(required, capacityBytes),
    peakPhase,
    hostBytes: host.total,
    hostTerms: host.terms ?? [],
    phases: phases.map((phase) => billOf(phase, prepared, plan, detail)),
    notes: detail === 'terms' ? notesOf(plan, calibration) : [],
  }
}
