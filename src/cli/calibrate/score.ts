import { suggest } from '../../catalog/suggest.ts'
import { methodIds } from '../../core/domain/method.ts'
import { taskIds } from '../../core/domain/spec-values.ts'
import type { OwnScore } from '../../core/domain/user-calibration.ts'
import { UserError } from '../../core/errors.ts'
import { checkMeasuredScore } from '../../core/quality/measured-score.ts'

/** Flags that state a score of full fine-tuning and one of another method. */
export interface ScoreOptions {
  readonly full?: number
  readonly score?: number
  readonly n?: number
  readonly method?: string
  readonly task?: string
  readonly rank?: number
}

const EXAMPLE = 'as in --full 0.704 --method qlora --score 0.674 --n 1319'

/** The score that the flags state; null where they state none. */
export function scoreOf({ full, score, n, method, task, rank }: ScoreOptions): OwnScore | null {
  const given = { full, method, score, n, task, rank }
  if (Object.values(given).every((value) => value === undefined)) return null
  if (full === undefined || score === undefined || n === undefined || method === undefined) {
    const missing = (['full', 'method', 'score', 'n'] as const).filter((key) => given[key] === undefined)
    const words = missing.map((key) => `--${key}`).join(', ')
    throw new UserError('usage', `a score needs ${words} too`, EXAMPLE)
  }
  if (method === 'full') {
    throw new UserError('usage', '--method full: full fine-tuning is what others are compared with', EXAMPLE)
  }
  if (rank !== undefined && !(Number.isInteger(rank) && rank > 0)) {
    throw new UserError('usage', `--rank ${rank} is no whole number above 0`)
  }
  const row: OwnScore = {
    method: oneOf(method, methodIds, '--method'),
    task: task === undefined ? null : oneOf(task, taskIds, '--task'),
    rank: rank ?? null,
    full,
    score,
    n,
  }
  checkMeasuredScore(row)
  return row
}

function oneOf<T extends string>(word: string, words: readonly T[], flag: string): T {
  const found = words.find((one) => one === word)
  if (found !== undefined) return found
  const near = suggest(word, words)
  throw new UserError(
    'usage',
    `${flag} ${word} is not one of ${words.join(', ')}`,
    near.length === 0 ? undefined : `did you mean ${near.join(' or ')}?`,
  )
}
