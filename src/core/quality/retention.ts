import type { Retention } from '../domain/estimates.ts'
import type { MethodId } from '../domain/method.ts'
import type { LoraSettings, QuantizationSettings } from '../domain/plan.ts'
import type { RetentionRules, Task } from '../domain/task.ts'
import { type Capacity, capacity } from './capacity.ts'
import { product, type Spread, spreadOf, worse } from './factor.ts'
import { type MeasuredScore, matching, withMeasured } from './measured-score.ts'
import { quantizedBase } from './quantized-base.ts'
import { targetCoverage } from './target-coverage.ts'

export interface RetentionInput {
  readonly task: Task
  readonly rules: RetentionRules
  readonly method: MethodId
  /** Adapters train beside a frozen base. */
  readonly adapters: Pick<LoraSettings, 'rank' | 'variant' | 'targets'> | null
  /** Parameters of the adapters alone; ignored without adapters. */
  readonly adapterParameters: number
  /** Unique tokens that bear loss (episodes for reinforcement learning), epochs not counted; null when unknown. */
  readonly uniqueAmount: number | null
  readonly quantization: Pick<QuantizationSettings, 'type'> | null
  readonly modelParameters: number
  /** Learning rate of the spec; null when the recommended one is taken. */
  readonly learningRate: number | null
  /** Scores that the user measured on this kind of data. */
  readonly measured?: readonly MeasuredScore[]
}

/** Full fine-tuning is what all others are measured by. */
export const yardstick: Retention = {
  low: 1,
  mid: 1,
  high: 1,
  grade: 'A',
  basis: ['full fine-tuning is the yardstick'],
}

/**
 * Expected share of full fine-tuning's quality with its 90 % range: top of the kind of data, minus the slope beyond the free capacity ratio,
 * times the factors of base format, targets and variant. Full fine-tuning is 1 by definition; null where there is no evidence.
 * @source presets/tasks, presets/retention, presets/evidence
 */
export function retention(input: RetentionInput): Retention | null {
  if (input.method === 'full') {
    return yardstick
  }
  const modelled = input.adapters === null ? withoutAdapters(input) : withAdapters(input, input.adapters)
  const measured = (input.measured ?? []).filter((row) => matching(row, input))
  return withMeasured(modelled, measured)
}

function withoutAdapters({ task, rules, method }: RetentionInput): Retention | null {
  const factor = task.methods[method]
  if (factor === undefined) return null
  const basis = [`kind ${task.id}: ${method} beside full fine-tuning (${task.sources.join(', ')})`]
  return ranged(spreadOf(factor), 0, rules, basis)
}

type Adapters = NonNullable<RetentionInput['adapters']>

function withAdapters(input: RetentionInput, adapters: Adapters): Retention {
  const { task, rules, quantization } = input
  const filled =
    input.uniqueAmount === null ? null : capacity({ ...input, uniqueAmount: input.uniqueAmount }, rules)
  const spreads: Spread[] = [adapterSpread(input, filled)]
  const basis = [basisOfCapacity(task, filled), ...task.basis]
  const variant = rules.variants[adapters.variant]
  spreads.push(spreadOf(variant.factor))
  if (task.attentionOnly !== null && targetCoverage(adapters.targets) === 'attention-only') {
    spreads.push(spreadOf(task.attentionOnly))
    basis.push('adapters on attention only: PEFT benchmark, q and v beside MLP at equal parameters')
  }
  if (quantization !== null) {
    const share = variant.quantizationLossShare
    spreads.push(quantizedBase(task, rules, quantization.type, input.modelParameters, share))
    basis.push(task.quantizedBasis)
  }
  const untuned = isUntuned(input)
  if (untuned) basis.push('at the learning rate of full fine-tuning adapters lose more: PiSSA table 2')
  return ranged(product(spreads), untuned ? rules.untunedDown : 0, rules, basis)
}

/** The adapters themselves: on all linear layers of a 16-bit base. */
function adapterSpread({ task, rules, modelParameters }: RetentionInput, filled: Capacity | null): Spread {
  const { top, freeRatio, slopePerDecade, down, up } = task.lora
  const decades = freeRatio === null || filled === null ? 0 : Math.log10(filled.ratio / freeRatio)
  const mid = Math.max(rules.floor, top - slopePerDecade * Math.max(0, decades))
  let { grade } = task.lora
  const rankMatters = task.lora.origin === 'fit'
  if (filled === null || (rankMatters && modelParameters > rules.largestComparedParameters)) {
    grade = worse(grade, 'B')
  }
  if (filled !== null && filled.ratio > rules.largestMeasuredRatio && freeRatio !== null) grade = 'D'
  return { mid, down, up, grade }
}

const basisOfCapacity = (task: Task, filled: Capacity | null): string =>
  filled === null
    ? `kind ${task.id}, amount of data unknown`
    : `kind ${task.id}, capacity ratio ${filled.ratio.toPrecision(3)} (${filled.label})`

/** Adapters want about ten times the learning rate of full fine-tuning. Rewards are learned at lower rates: no rule there. */
const isUntuned = ({ task, rules, learningRate }: RetentionInput): boolean =>
  learningRate !== null && learningRate <= rules.fullLearningRate && task.filledBy === 'tokens'

function ranged(spread: Spread, extraDown: number, rules: RetentionRules, basis: string[]): Retention {
  const width = rules.widthByGrade[spread.grade]
  const mid = Math.min(spread.mid, rules.ceiling)
  return {
    low: Math.max(0, mid * (1 - spread.down * width - extraDown)),
    mid,
    high: Math.max(mid, Math.min(rules.ceiling, mid * (1 + spread.up * width))),
    grade: spread.grade,
    basis,
  }
}
