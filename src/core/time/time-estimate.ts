import type { Detail, TimeEstimate } from '../domain/estimates.ts'
import { type Plan, rangeAround } from '../domain/plan.ts'
import type { Note } from '../notes.ts'
import { type Sink, type Term, TermSink, TotalSink } from '../term.ts'
import { modelFlopsPerToken } from './model-flops.ts'
import type { PlacedTime } from './placed.ts'
import { regimeNotes, regimeOf } from './ranges.ts'
import { addRun, interruptionSeconds, spotNotes, stepCountOf } from './run.ts'
import { addStep, microStepOf } from './step.ts'

interface Bill extends Sink {
  readonly total: number
  readonly terms?: readonly Term[]
}

const billFor = (detail: Detail): Bill => (detail === 'terms' ? new TermSink() : new TotalSink())

/** Time of an optimizer step and of the whole run, with the terms that they are made of where the report asks for them. */
export function timeEstimate(placed: PlacedTime, plan: Plan, detail: Detail): TimeEstimate {
  const { calibration } = placed
  const step = microStepOf(placed, plan)
  const stepBill = billFor(detail)
  const shape = addStep(step, stepBill)
  const stepSeconds = stepBill.total
  const regime = regimeOf(step, shape)
  const { low, high } = calibration.ranges[regime]
  const { gpuCount } = plan.hardware
  const tokens = step.tokens * plan.gradientAccumulation * plan.parallelism.dp * plan.parallelism.cp
  const stepCount = stepCountOf(plan, step.sequence)
  const runBill = billFor(detail)
  const trainSeconds = stepCount * stepSeconds
  const steps = { stepCount, stepSeconds }
  const run = addRun(step, steps, runBill)
  const speed = tokens / gpuCount / stepSeconds
  const others = runBill.total - trainSeconds - run.interruptionSeconds
  const spread = calibration.ranges.run
  /** The whole run at one end: slower training is longer at risk, and reclaims have a range of their own. */
  const whole = (end: 'low' | 'high', factor: number): number => {
    const training = trainSeconds * factor
    const atRisk = training + (run.atRiskSeconds - trainSeconds) * spread[end]
    return training + others * spread[end] + interruptionSeconds(step, steps, atRisk, end)
  }
  const notes: readonly Note[] = detail === 'terms' ? [...regimeNotes(step), ...spotNotes(step)] : []
  const flops = modelFlopsPerToken(step) * tokens
  return {
    stepSeconds: rangeAround(stepSeconds, low, high),
    tokensPerSecondPerGpu: { low: speed / high, mid: speed, high: speed / low },
    trainSeconds: rangeAround(trainSeconds, low, high),
    totalSeconds: { low: whole('low', low), mid: runBill.total, high: whole('high', high) },
    mfuFraction: flops / stepSeconds / gpuCount / step.machine.peakFlopsPerSecond,
    stepCount,
    terms: stepBill.terms ?? [],
    runTerms: runBill.terms ?? [],
    notes,
  }
}
