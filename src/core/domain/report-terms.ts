import * as z from 'zod'

/** A figure with its 90 % range, as reports show it. */
export const rangeReport = z.object({ low: z.number(), mid: z.number(), high: z.number() })

const why = { formula: z.string(), source: z.string() }
export const memoryTerm = z.object({ key: z.string(), bytes: z.number(), ...why })
export const timeTerm = z.object({ key: z.string(), seconds: z.number(), ...why })
export const costTerm = z.object({ key: z.string(), usd: z.number(), ...why })
