import type { Candidate } from '../domain/decision.ts'
import { GIB } from '../units.ts'

/** Digits grouped by thousands, the same on every machine. */
const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** Dollars and cents: $41.20. */
export function money(usd: number): string {
  const [whole = '0', cents = '00'] = Math.abs(usd).toFixed(2).split('.')
  return `${usd < 0 ? '-' : ''}$${grouped(whole)}.${cents}`
}

/** Memory in GiB with one decimal: 23.6 GiB. */
export const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`

/** Hours with the decimals that matter: 0.35 h, 4.2 h, 168 h. */
export function hours(value: number): string {
  const digits = value >= 100 ? 0 : value >= 1 ? 1 : 2
  return `${value.toFixed(digits)} h`
}

/** Retention with two decimals: three would be dishonest. */
export const share = (value: number): string => value.toFixed(2)

/** A share that the spec states: two decimals, or as many as it was written with. */
export const statedShare = (value: number): string =>
  Number(share(value)) === value ? share(value) : String(value)

/** A count with its noun: `1 plan`, `12 plans`. */
export const counted = (count: number, noun: string): string =>
  `${grouped(String(count))} ${noun}${count === 1 ? '' : 's'}`

/** `qlora r16 on 1 x RTX 4090 (runpod)`. */
export const named = ({ label, place }: Pick<Candidate, 'label' | 'place'>): string => `${label} on ${place}`

/** Float noise that rounding to a printed step ignores. */
const NOISE = 1e-9

const toStep = (steps: number, step: number): number => Number((steps * step).toPrecision(12))

/** Smallest printed step at or above a value; with `strictly` above it. */
export function roundUp(value: number, step: number, strictly = false): number {
  const steps = strictly ? Math.floor(value / step + NOISE) + 1 : Math.ceil(value / step - NOISE)
  return toStep(steps, step)
}

/** Largest printed step strictly below a value; with `orEqual` at or below it. */
export function roundDown(value: number, step: number, orEqual = false): number {
  const steps = orEqual ? Math.floor(value / step + NOISE) : Math.ceil(value / step - NOISE) - 1
  return toStep(steps, step)
}
