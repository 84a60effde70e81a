/** A setting that differs; null where one side does not have it. */
export interface InputChange {
  readonly key: string
  readonly before: string | null
  readonly after: string | null
}

export type DiffUnit = 'B' | 's' | 'USD' | 'fraction'

/** A figure of one side's best plan beside the other's. */
export interface FigureChange {
  readonly name: string
  readonly unit: DiffUnit
  readonly before: number | null
  readonly after: number | null
  /** After minus before; null where one side is unknown. */
  readonly change: number | null
  /** Change as a share of before; null where one side is unknown or before is 0. */
  readonly changeFraction: number | null
}

export interface PlanChange {
  /** Plan id without its hash: the same method, stack, hardware and payment. */
  readonly plan: string
  readonly rankBefore: number | null
  readonly rankAfter: number | null
  readonly figures: readonly FigureChange[]
}

/** What changed between two reports. */
export interface ReportDiff {
  readonly identical: boolean
  /** One line, for a log. */
  readonly summary: string
  readonly inputs: readonly InputChange[]
  readonly verdict: InputChange | null
  readonly winner: InputChange | null
  /** Best plan of A beside best plan of B. */
  readonly figures: readonly FigureChange[]
  /** Plans that came, went, moved or changed, in the order of B. */
  readonly plans: readonly PlanChange[]
  /** Figures that rose by more than was allowed, and a verdict that is ok no more: what a check fails on. */
  readonly failures: readonly string[]
}
