/** A user's own run beside full fine-tuning on the same test items. Scores are shares of 1. */
export interface MeasuredScore {
  readonly method: string
  /** Kind of data; null for any. */
  readonly task: string | null
  readonly rank: number | null
  readonly full: number
  readonly score: number
  /** Test items. */
  readonly n: number
}
