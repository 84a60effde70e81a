/** Kinds of presets that can be listed. */
export const listedKinds = [
  'models',
  'gpus',
  'prices',
  'optimizers',
  'methods',
  'stacks',
  'scenarios',
] as const
export type ListedKind = (typeof listedKinds)[number]

/** What one preset of a kind is called on the command line. */
export const kindWords: readonly string[] = [
  ...listedKinds,
  ...listedKinds.map((kind) => kind.replace(/s$/, '')),
]

/** The kind that a singular or plural means. */
export const kindOf = (word: string): ListedKind | null =>
  listedKinds.find((kind) => kind === word || kind.replace(/s$/, '') === word) ?? null
