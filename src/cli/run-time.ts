import { UserError } from '../core/errors.ts'
import type { Host } from './host.ts'

/** The moment of the run: SOURCE_DATE_EPOCH fixes it, so that the same input gives the same bytes. */
export function timeOfRun(host: Host): Date {
  const epoch = host.env.SOURCE_DATE_EPOCH
  if (epoch === undefined || epoch === '') return host.now()
  const time = new Date(Number(epoch) * 1000)
  if (/^\d+$/.test(epoch) && !Number.isNaN(time.getTime())) return time
  throw new UserError('usage', `SOURCE_DATE_EPOCH is ${epoch}: it is a whole number of seconds since 1970`)
}

/** As in `2026-11-25`. */
export const dayOf = (time: Date): string => time.toISOString().slice(0, 10)
