/** What `ftplan solve` can find. */
export const solvable = ['sequence-length', 'micro-batch', 'rank', 'model', 'gpu'] as const
export type Solvable = (typeof solvable)[number]
