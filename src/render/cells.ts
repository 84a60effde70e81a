import type { PlanReport } from '../core/domain/report.ts'
import { formatGib, formatSeconds, formatShare, formatUsd, orUnknown } from './format.ts'

const verdictWords: Readonly<Record<string, string>> = {
  ok: 'ok',
  'no-fit': 'no fit',
  'over-budget': 'over budget',
  'too-slow': 'too slow',
  'too-lossy': 'too lossy',
}

/** A verdict in words. */
export const verdictWord = (verdict: string): string => verdictWords[verdict] ?? verdict

/** As in `qlora r16`: the method with what makes it differ from its siblings. */
export function methodName({ method, lora, quantization }: PlanReport): string {
  const variant = lora === null || lora.variant === 'lora' ? '' : ` ${lora.variant}`
  const rank = lora === null ? '' : ` r${lora.rank}`
  const base = quantization === null || quantization.type === 'nf4' ? '' : ` ${quantization.type}`
  return `${method}${rank}${variant}${base}`
}

/** As in `8x h100-sxm`, with the nodes when there are several. */
export function cardsName({ gpu, gpuCount, nodes }: PlanReport): string {
  if (gpu === null) return 'per token'
  const split = nodes !== null && nodes > 1 ? `${nodes}x${(gpuCount ?? nodes) / nodes}` : `${gpuCount ?? 1}`
  return `${split}x ${gpu}`
}

/** Who is paid: a provider, with the commitment when it is not on-demand. */
export function payeeName({ owned, provider, commitment }: PlanReport): string {
  if (owned) return 'own'
  const terms = commitment === null || commitment === 'on-demand' ? '' : ` ${commitment}`
  return `${provider ?? 'no price'}${terms}`
}

/** The requirement that the card is judged by: its high end, or what the risk of the spec says. */
export function judgedBytes({ memory, constraints }: PlanReport): number | null {
  const judged = constraints.find(({ name }) => name === 'memory')?.value
  return judged ?? memory?.requiredBytes.high ?? null
}

/** A plan as a heading: what, on what, paid to whom. */
export const planTitle = (plan: PlanReport): string =>
  plan.kind === 'api'
    ? `${plan.method} per token, ${payeeName(plan)}`
    : `${methodName(plan)} on ${cardsName(plan)}, ${payeeName(plan)}`

/** Share of the card that the requirement leaves free; negative when it does not fit. */
export function freeShare(plan: PlanReport): number | null {
  const bytes = judgedBytes(plan)
  return plan.memory === null || bytes === null ? null : 1 - bytes / plan.memory.capacityBytes
}

/** The settings that the planner chose, most telling first. */
export function settingsOf(plan: PlanReport): string {
  if (plan.kind === 'api') return ''
  const words = [
    plan.microBatchSize === null ? null : `batch ${plan.microBatchSize}x${plan.gradientAccumulation ?? 1}`,
    plan.gradientCheckpointing === 'none' ? null : `checkpointing ${plan.gradientCheckpointing}`,
    plan.optimizer,
    plan.sharding === 'none' ? null : plan.sharding,
    plan.offload.length === 0 ? null : `offload ${plan.offload.join('+')}`,
  ]
  return words.filter((word) => word !== null).join(', ')
}

/** The cells of one line of the ranking: the same words in every format for people. */
export interface SummaryCells {
  readonly rank: string
  readonly method: string
  readonly cards: string
  readonly payee: string
  /** Needed and available memory of one card. */
  readonly memory: string
  readonly free: string
  readonly time: string
  readonly cost: string
  readonly retention: string
  readonly verdict: string
  readonly settings: string
}

/** Stands behind a cost that leaves out what the user did not state, and before the note that says what. */
export const UNSTATED = '*'

export const isPartlyUnstated = ({ notes }: Pick<PlanReport, 'notes'>): boolean =>
  notes.some(({ code }) => code === 'ownership-unstated')

/** The mark behind the cost of a plan, where it needs one. */
export const unstatedMark = (plan: Pick<PlanReport, 'notes'>): string =>
  isPartlyUnstated(plan) ? UNSTATED : ''

/** A service has no card of ours: there is nothing to know. */
const NONE = '-'

export function summaryCells(plan: PlanReport): SummaryCells {
  const { memory, time, cost, retention } = plan
  const isService = plan.kind === 'api'
  return {
    rank: String(plan.rank),
    method: methodName(plan),
    cards: cardsName(plan),
    payee: payeeName(plan),
    memory: isService
      ? NONE
      : orUnknown(memory, ({ requiredBytes, capacityBytes }) => {
          const needed = judgedBytes(plan) ?? requiredBytes.high
          return `${formatGib(needed)}/${formatGib(capacityBytes)}`
        }),
    free: isService
      ? NONE
      : orUnknown(freeShare(plan), (share) => (share < 0 ? 'over' : `${Math.round(share * 100)}%`)),
    time: orUnknown(time, ({ totalSeconds }) => formatSeconds(totalSeconds.mid)),
    cost: orUnknown(cost.usd, (usd) => `${formatUsd(usd.mid)}${unstatedMark(plan)}`),
    retention: orUnknown(retention, ({ mid, grade }) => `${formatShare(mid)} ${grade}`),
    verdict: verdictWord(plan.verdict),
    settings: settingsOf(plan),
  }
}

/** The line that says what else there is; empty when everything is shown. */
export const hiddenLine = (hiddenPlans: number): string =>
  hiddenPlans === 0 ? '' : `${hiddenPlans} more, use --all; the best of every method is always shown`
