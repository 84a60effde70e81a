import type { Environment } from '../../catalog/files.ts'
import type { Origin } from '../../core/domain/spec.ts'
import { UserError } from '../../core/errors.ts'
import { environmentName, optionName } from '../flag-names.ts'
import { hardwareFlags, type SpecFlag, specFlags } from '../spec-flags.ts'
import type { Setting } from './draft.ts'

/** Options as commander gives them: by the camel-case name of the flag. */
export type Flags = Readonly<Record<string, unknown>>

const longName = (flag: SpecFlag): string => flag.flags.split(' ')[0] ?? flag.flags

const NUMBER = /^[-+]?(\d[\d_]*)?\.?\d+(e[-+]?\d+)?$/i

/** A number where the text is one; otherwise the text, for the checks to refuse by name. */
const numberIn = (text: string): string | number =>
  NUMBER.test(text) ? Number(text.replaceAll('_', '')) : text

const listIn = (texts: readonly string[]): string[] =>
  texts
    .flatMap((text) => text.split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '')

const oneOrList = <T>(items: readonly T[]): T | readonly T[] => {
  const [first, ...others] = items
  return first !== undefined && others.length === 0 ? first : items
}

/** The value of the spec that a flag's text stands for. */
function flagValue({ kind }: SpecFlag, given: unknown): unknown {
  const texts = Array.isArray(given) ? given.map(String) : [String(given)]
  const text = texts.at(-1) ?? ''
  if (kind === 'switch') return text !== 'false' && text !== '0'
  if (kind === 'words') return oneOrList(listIn(texts))
  if (kind === 'numbers') return oneOrList(listIn(texts).map(numberIn))
  if (kind === 'number') return numberIn(text)
  return text === 'true' || text === 'false' ? text === 'true' : text
}

/** The settings of a table of flags, from the environment and from the flags, in this order of rising weight. */
function settingsOfTable(table: readonly SpecFlag[], env: Environment, flags: Flags): Setting[] {
  return table.flatMap((flag) => {
    const long = longName(flag)
    const name = environmentName(long)
    const given = flags[optionName(long)]
    const fromEnv = env[name]
    const setting = (value: unknown, origin: Origin, place: string): Setting[] => [
      { path: flag.path, value: flagValue(flag, value), origin, place },
    ]
    if (given !== undefined) return setting(given, 'flag', long)
    return fromEnv === undefined || fromEnv === '' ? [] : setting(fromEnv, 'env', name)
  })
}

/** FTPLAN_TRAINING__LORA__RANK reaches every key of the spec. */
const nestedEnvironment = (env: Environment): [string, string, string][] =>
  Object.entries(env).flatMap(([name, text]) => {
    const path = /^FTPLAN_([A-Z0-9]\w*__\w+)$/.exec(name)?.[1]
    if (path === undefined || text === undefined || text === '') return []
    return [[name, path.toLowerCase().replaceAll('__', '.'), text]]
  })

/** Everything that the environment and the flags set, weakest first; hardware apart. */
export async function specSettings(env: Environment, flags: Flags): Promise<Setting[]> {
  const settings: Setting[] = []
  for (const [name, path, text] of nestedEnvironment(env)) {
    settings.push({ path, value: await valueIn(text, name), origin: 'env', place: name })
  }
  settings.push(...settingsOfTable(specFlags, env, flags))
  for (const text of textsOf(flags.set)) settings.push(await assignment(text))
  return settings
}

const textsOf = (given: unknown): string[] => (Array.isArray(given) ? given.map(String) : [])

/** `training.lora.dropout=0.05` of `--set`. */
async function assignment(text: string): Promise<Setting> {
  const at = text.indexOf('=')
  const path = text
    .slice(0, Math.max(0, at))
    .trim()
    .replaceAll(/\[(\d+)\]/g, '.$1')
  if (path === '' || path.split('.').includes('')) {
    throw new UserError('usage', `--set ${text}: it is KEY=VALUE`, 'as in --set training.lora.dropout=0.05')
  }
  const place = `--set ${path}`
  return { path, value: await valueIn(text.slice(at + 1), place), origin: 'flag', place }
}

/** A value as typed: JSON, a YAML list or map, a number, a comma list, or text. */
async function valueIn(text: string, place: string): Promise<unknown> {
  const trimmed = text.trim()
  try {
    return JSON.parse(trimmed) as unknown
  } catch {
    if (/^[[{]/.test(trimmed)) return flowValue(trimmed, place)
    if (trimmed.includes(',')) return listIn([trimmed]).map(numberIn)
    return numberIn(trimmed)
  }
}

async function flowValue(text: string, place: string): Promise<unknown> {
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' })
  if (document.errors.length === 0) return document.toJS({ maxAliasCount: 0 }) as unknown
  throw new UserError('usage', `${place}: ${text} is neither JSON nor YAML`)
}

/** What `--gpu`, `--gpus`, `--provider`, ... say about the hardware. */
export interface HardwareSettings {
  readonly gpus: readonly string[]
  readonly settings: readonly Setting[]
  readonly origin: Origin
}

export function hardwareSettings(env: Environment, flags: Flags): HardwareSettings {
  const given = textsOf(flags.gpu)
  const gpus = listIn(given.length > 0 ? given : [env.FTPLAN_GPU ?? ''])
  const settings = settingsOfTable(hardwareFlags, env, flags)
  const byFlag = given.length > 0 || settings.some(({ origin }) => origin === 'flag')
  return { gpus, settings, origin: byFlag ? 'flag' : 'env' }
}
