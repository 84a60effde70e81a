import * as z from 'zod'

const value = z.number().nonnegative().max(1e12)

/**
 * A constant of a calibrated formula: the documented value and the one fitted to measured runs (null where no run speaks
 * of it), or a plain number that a user states.
 */
export const Constant = z.union([value, z.strictObject({ prior: value, fit: value.nullable() })])
export type Constant = z.output<typeof Constant>

/** The value that formulas use: the fitted one where there is one. */
export const calibrated = (constant: Constant): number =>
  typeof constant === 'number' ? constant : (constant.fit ?? constant.prior)

/** Factors around the middle that hold 90 % of the measured runs. */
export const Factors = z.strictObject({ low: z.number().positive().max(1), high: z.number().min(1) })
