/** A tree of presets that can be asked for single values: the packaged one, or one of the user's. */
export interface PresetStore {
  /** Whether there is a preset at this path, as in `gpus/rtx4090` or `market`. */
  has(path: string): boolean
  /** The checked value at a path. */
  read(path: string): unknown
  /** Ids of a kind, sorted. */
  ids(kind: string): readonly string[]
  /** Ids that go by a plain name. */
  named(kind: string, name: string): readonly string[]
}
