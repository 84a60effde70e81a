import { UserError } from '../errors.ts'
import { isRecord } from '../is-record.ts'

export type Values = Readonly<Record<string, unknown>>

/** The other spellings of a key: `hidden_size` is `n_embd` in GPT-2. The first one is named in errors. */
export type Aliases = Readonly<Record<string, readonly string[]>>

/** No size of any model comes near. */
const LARGEST_SIZE = 1e8

/**
 * Reads a Hugging Face config: every key checked, absent keys taken from the defaults of the family's config class,
 * an explicit null kept apart from an absent key.
 */
export class Config {
  readonly values: Values
  readonly defaults: Values
  readonly aliases: Aliases
  /** Where the config stands in its file: empty, or `text_config`. */
  readonly place: string
  /** Module that holds embedding and layers: `model`, or `model.language_model` inside a multimodal model. */
  readonly root: string
  readonly headName: string

  constructor(values: Values, options: Partial<Omit<Config, 'values'>> = {}) {
    this.values = values
    this.defaults = options.defaults ?? {}
    this.aliases = options.aliases ?? {}
    this.place = options.place ?? ''
    this.root = options.root ?? 'model'
    this.headName = options.headName ?? 'lm_head'
  }

  /** The spelling of a key that the config uses, else the usual one of its family. */
  spelling(key: string): string {
    const spellings = this.aliases[key]
    if (spellings === undefined) return key
    return [...spellings, key].find((name) => this.values[name] !== undefined) ?? spellings[0] ?? key
  }

  /** The value as it stands, or the class default; undefined where neither is there. */
  raw(key: string): unknown {
    const value = this.values[this.spelling(key)]
    return value === undefined ? this.defaults[key] : value
  }

  isNull(key: string): boolean {
    const value = this.raw(key)
    return value === null || value === undefined
  }

  private path(key: string): string {
    return this.place === '' ? this.spelling(key) : `${this.place}.${this.spelling(key)}`
  }

  error(key: string, problem: string): UserError {
    return new UserError('invalid-spec', `the model config has ${this.path(key)} ${problem}`)
  }

  missing(key: string): UserError {
    return new UserError(
      'invalid-spec',
      `the model config has no ${this.path(key)}`,
      'give the complete config.json of the model',
    )
  }

  /** A size that decides the model: absent at the top level is an error, a nested config may leave it to its class. */
  size(key: string): number {
    const given = this.values[this.spelling(key)]
    if ((given === undefined && this.place === '') || this.isNull(key)) {
      throw this.missing(key)
    }
    return this.checkedCount(key, this.raw(key))
  }

  /** A count that may be null or absent: then null, where the class has no default either. */
  countOrNull(key: string): number | null {
    return this.isNull(key) ? null : this.checkedCount(key, this.raw(key))
  }

  count(key: string, fallback: number): number {
    return this.countOrNull(key) ?? fallback
  }

  /** A count that may be zero. */
  index(key: string, fallback: number): number {
    const value = this.raw(key) ?? fallback
    return value === 0 ? 0 : this.checkedCount(key, value)
  }

  private checkedCount(key: string, value: unknown): number {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > LARGEST_SIZE)
      throw this.error(key, `= ${JSON.stringify(value)}, which is no whole number from 1 to ${LARGEST_SIZE}`)
    return value
  }

  /** Experts that one token passes: at most as many as there are. */
  expertsPerToken(key: string, expertCount: number): number {
    const chosen = this.countOrNull(key)
    if (chosen === null) throw this.missing(key)
    if (chosen > expertCount) throw this.error(key, `= ${chosen}, more than the ${expertCount} experts`)
    return chosen
  }

  number(key: string, fallback: number): number {
    const value = this.raw(key) ?? fallback
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw this.error(key, `= ${JSON.stringify(value)}, which is no number`)
    return value
  }

  fraction(key: string, fallback: number): number {
    const value = this.number(key, fallback)
    if (value < 0 || value > 1) throw this.error(key, `= ${value}, which is not between 0 and 1`)
    return value
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.raw(key) ?? fallback
    if (typeof value !== 'boolean')
      throw this.error(key, `= ${JSON.stringify(value)}, which is not true or false`)
    return value
  }

  text(key: string, fallback: string): string {
    const value = this.raw(key) ?? fallback
    if (typeof value !== 'string') throw this.error(key, `= ${JSON.stringify(value)}, which is no word`)
    return value
  }

  list(key: string): readonly unknown[] | null {
    const value = this.raw(key)
    if (value === null || value === undefined) return null
    if (!Array.isArray(value)) throw this.error(key, `= ${JSON.stringify(value)}, which is no list`)
    return value
  }

  /** A list of layer indices, empty where the key is absent. */
  indices(key: string): readonly number[] {
    return (this.list(key) ?? []).map((value) => {
      if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
      throw this.error(key, `with ${JSON.stringify(value)}, which is no layer index`)
    })
  }

  record(key: string): Values | null {
    const value = this.raw(key)
    return isRecord(value) ? value : null
  }

  /** A nested config, read with defaults of its own; absent is an empty one. */
  nested(key: string, defaults: Values): Config {
    return new Config(this.record(key) ?? {}, { defaults, place: this.path(key) })
  }
}
