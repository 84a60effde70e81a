/** What happens after a stage that was reached; the three add up to 1. */
export interface Outcomes {
  /** Stop here: the target is met. */
  readonly success: number
  /** Go on to the next stage. */
  readonly proceed: number
  /** Stop here without success. */
  readonly failure: number
}

/** One stage of a progressive plan. */
export interface Stage {
  readonly name: string
  /** Training, evaluation and waiting; null when a price is unknown. */
  readonly usd: number | null
  readonly seconds: number | null
  readonly outcomes: Outcomes
}

/** A number with what it does to the whole plan. */
export interface StagedTotals {
  readonly expectedUsd: number | null
  readonly expectedSeconds: number | null
  readonly successProbability: number
  /** Expected cost for one success: what a one-shot plan is compared with. */
  readonly usdPerSuccess: number | null
}

export interface StageFinding {
  readonly name: string
  readonly usd: number | null
  readonly seconds: number | null
  readonly outcomes: Outcomes
  /** Probability that the stage is run at all. */
  readonly reachProbability: number
  /** Expected cost that its gate saves further on; null for the last stage and where costs are unknown. */
  readonly savedUsd: number | null
  /** It saves more than it costs. */
  readonly pays: boolean | null
}

export interface Sensitivity {
  readonly stage: string
  readonly passProbability: number
  readonly totals: StagedTotals
}

export interface StagedPlan extends StagedTotals {
  /** Every stage is run. */
  readonly worstUsd: number | null
  readonly worstSeconds: number | null
  readonly stages: readonly StageFinding[]
  /** Each gate passed 0.2 less and 0.2 more often. */
  readonly sensitivity: readonly Sensitivity[]
}
