/** What `ftplan solve` can find. */
export const solvable = [
  'sequence-length',
  'micro-batch',
  'rank',
  'model',
  'gpu',
  'examples',
  'epochs',
  'deadline',
  'break-even',
] as const
export type Solvable = (typeof solvable)[number]
