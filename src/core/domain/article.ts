import * as z from 'zod'
import { methodIds } from './method.ts'
import { Spec } from './spec.ts'

export const claimVerdicts = [
  'agrees',
  'optimistic',
  'pessimistic',
  'contradicts physics',
  'not testable',
] as const
export type ClaimVerdict = (typeof claimVerdicts)[number]

export const claimQuantities = [
  'memory',
  'time',
  'cost',
  'retention',
  'trainable-parameters',
  'total-parameters',
  'ratio',
  'share',
  'formula',
  'statement',
] as const
export type ClaimQuantity = (typeof claimQuantities)[number]

/** `presets/article.yaml`: a figure or statement of the article, and what it is held against. */
export const ArticleClaim = z.strictObject({
  id: z.string(),
  /** Heading under which it stands. */
  section: z.string(),
  claim: z.string(),
  quantity: z.enum(claimQuantities),
  /** GB, h, USD or a share; null for statements. A range where the article gives one. */
  value: z.union([z.number(), z.strictObject({ low: z.number(), high: z.number() })]).nullable(),
  unit: z.enum(['GB', 'h', 'USD', 'parameters', 'share', 'times', 'none']),
  /** Which way is flattering; null where neither is. */
  better: z.enum(['lower', 'higher']).nullable(),
  /** Our own plan to compare with: a spec of one method, and the method whose best plan is meant. */
  spec: Spec.optional(),
  method: z.enum(methodIds).optional(),
  /** Measured elsewhere: the range of the same quantity. */
  evidence: z.strictObject({ low: z.number(), high: z.number(), source: z.string() }).optional(),
  /** Decided by arithmetic or by the article's own text. */
  verdict: z.enum(claimVerdicts).optional(),
  reason: z.string().optional(),
})
export type ArticleClaim = z.output<typeof ArticleClaim>

export const Article = z.strictObject({
  title: z.string(),
  source: z.string(),
  claims: z.array(ArticleClaim).min(1),
})
export type Article = z.output<typeof Article>

/** A claim beside what we say. */
export interface JudgedClaim {
  readonly id: string
  readonly section: string
  readonly claim: string
  readonly quantity: ClaimQuantity
  readonly unit: ArticleClaim['unit']
  readonly value: ArticleClaim['value']
  /** Our estimate or the measured range in the claim's unit; null where there is none. */
  readonly estimate: { readonly low: number; readonly mid: number; readonly high: number } | null
  readonly verdict: ClaimVerdict
  readonly reason: string
}
