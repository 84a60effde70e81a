import type { Phase } from '../domain/estimates.ts'
import type { Plan } from '../domain/plan.ts'
import type { Sink } from '../term.ts'
import { bytesAt } from './activations/footprint.ts'
import { addFixed } from './line.ts'
import type { PreparedMoment } from './moments.ts'
import { type PreparedMemory, type PreparedStage, stagesFor } from './prepare.ts'
import { longestSequence } from './tokens.ts'

/** What a moment's bill depends on. */
interface Load {
  readonly microBatchSize: number
  readonly sequence: number
  readonly accumulates: boolean
  /** Micro-batches whose saved tensors the stage holds beside the one in work. */
  readonly waiting: number
}

const loadOf = (plan: Plan, { stage }: PreparedStage): Load => ({
  microBatchSize: plan.microBatchSize,
  sequence: longestSequence(plan.workload),
  accumulates: plan.gradientAccumulation > 1,
  waiting: Math.min(stage.inFlight, plan.gradientAccumulation) - 1,
})

const gradientsAt = (moment: PreparedMoment, { accumulates }: Load): number =>
  accumulates ? moment.laterGradientBytes : moment.firstGradientBytes

const activationsAt = (moment: PreparedMoment, { microBatchSize, sequence, waiting }: Load): number =>
  bytesAt(moment.total, microBatchSize, sequence) +
  waiting * bytesAt(moment.inFlight, microBatchSize, sequence)

/** The worst moment of a phase on the worst stage. */
export interface Peak {
  readonly stage: PreparedStage
  /** null: the optimizer's step. */
  readonly moment: PreparedMoment | null
  readonly bytes: number
  /** Part of it that comes and goes with the micro-batch. */
  readonly activationBytes: number
}

/** Gradients, states and temporaries while the optimizer steps. */
const stepBytes = ({ residentBytes, gradientBytes, step }: PreparedStage): number =>
  step.reduce((sum, { footprint }) => sum + footprint.constant, residentBytes + gradientBytes)

const higher = (a: Peak | null, b: Peak): Peak => (a === null || b.bytes > a.bytes ? b : a)

/** The highest moment of a phase; null where the phase has none. */
export function peakOf(prepared: PreparedMemory, plan: Plan, phase: Phase): Peak | null {
  let best: Peak | null = null
  for (const stage of stagesFor(prepared, plan)) {
    if (phase === 'optimizer') {
      best = higher(best, { stage, moment: null, bytes: stepBytes(stage), activationBytes: 0 })
      continue
    }
    const load = loadOf(plan, stage)
    const always = stage.residentBytes + stage.bufferBytes
    for (const moment of stage.moments) {
      if (moment.phase !== phase) continue
      const activationBytes = activationsAt(moment, load)
      const bytes = always + gradientsAt(moment, load) + activationBytes
      best = higher(best, { stage, moment, bytes, activationBytes })
    }
  }
  return best
}

/** Puts every term of a peak into the sink. */
export function addPeak(sink: Sink, { stage, moment }: Peak, plan: Plan): void {
  addFixed(sink, stage.residents.card)
  if (moment === null) {
    sink.add(
      'gradients/parameters',
      stage.gradientBytes,
      'gradients of trainable parameters',
      'rajbhandari-2019-zero',
    )
    addFixed(sink, stage.step)
    return
  }
  const load = loadOf(plan, stage)
  addFixed(sink, stage.buffers)
  const formula = load.accumulates ? 'accumulated gradients' : 'gradients of the parts that are done'
  sink.add('gradients/parameters', gradientsAt(moment, load), formula, 'rajbhandari-2019-zero')
  for (const { key, footprint, formula: text, source } of moment.lines)
    sink.add(key, bytesAt(footprint, load.microBatchSize, load.sequence), text, source)
  const waiting = load.waiting * bytesAt(moment.inFlight, load.microBatchSize, load.sequence)
  sink.add(
    'activations/in-flight',
    waiting,
    'saved tensors of micro-batches on their way',
    'narayanan-2021-megatron',
  )
}
