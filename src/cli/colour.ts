import type { Environment } from '../catalog/files.ts'

const isSet = (value: string | undefined): value is string => value !== undefined && value !== ''
const isOn = (value: string | undefined): boolean => isSet(value) && value !== '0' && value !== 'false'

/**
 * Whether to colour a stream: flag, then NO_COLOR, then FORCE_COLOR or CLICOLOR_FORCE, then whether it is a capable terminal.
 * Decided here once; the libraries decide differently from each other and get the answer as an argument.
 */
export function wantsColour(flag: boolean | undefined, env: Environment, isTTY: boolean): boolean {
  if (flag !== undefined) return flag
  if (isSet(env.NO_COLOR)) return false
  if (isSet(env.FORCE_COLOR)) return isOn(env.FORCE_COLOR)
  if (isOn(env.CLICOLOR_FORCE)) return true
  return isTTY && env.TERM !== 'dumb'
}
