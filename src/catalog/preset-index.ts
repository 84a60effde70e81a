/** `index.json` of the compiled presets: what there is and by which names, without opening any of it. */
export interface PresetIndex {
  /** Changes with every change of a preset. */
  readonly version: string
  /** Ids by kind, sorted. */
  readonly ids: Readonly<Record<string, readonly string[]>>
  /** Ids by plain name by kind; a name may stand for several. */
  readonly names: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  /** Files that are no kind: `market`, `calibration/time`. */
  readonly data: readonly string[]
}
