import { readCalibration } from '../../../scripts/time-fit/corpus.ts'
import type { Plan } from '../../../src/core/domain/plan.ts'
import { placeTime, prepareTime, timeEstimate } from '../../../src/core/time/index.ts'
import { type Knobs, pinned } from '../../support/plans.ts'

export { amountOf as secondsOf, library } from '../../support/plans.ts'

export const calibration = readCalibration()

/** Llama 3.1 8B, full fine-tuning in bf16 on one H100, two packed sequences of 2048 tokens. */
export const planWith = (knobs: Knobs = {}): Plan =>
  pinned(knobs, { model: 'llama-3.1-8b', tokens: 2048, optimizer: 'adamw', stack: 'trl' })

export const estimateOf = (plan: Plan, constants = calibration) =>
  timeEstimate(placeTime(prepareTime(plan), plan, constants), plan, 'terms')
