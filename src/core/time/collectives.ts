/** Rates and fixed costs of the links of one group of ranks. */
export interface Fabric {
  /** What a large collective reaches inside a node (or NVLink domain), bytes per second for each GPU. */
  readonly busBytesPerSecond: number
  /** What it reaches between nodes over the links of the group's GPUs of one node; infinite with one node. */
  readonly nodeBytesPerSecond: number
  /** GPUs of the group in one node. */
  readonly localRanks: number
  readonly domains: number
  readonly collectiveSeconds: number
  readonly collectiveSecondsPerRank: number
}

/**
 * Time of all-gather or reduce-scatter of `bytes` (the whole tensor) in `messages` pieces.
 *
 *   bytes · (n−1)/n / bus + bytes · (N−1)/N / network + messages · (fixed + ranks · perRank)
 *
 * The fixed part is what makes small messages slow: bus(m) = bus · m / (m + fixed · bus).
 *
 * @source thakur-2005-collectives §4
 */
export function gatherSeconds(bytes: number, messages: number, ranks: number, fabric: Fabric): number {
  if (ranks <= 1 || bytes === 0) return 0
  const { localRanks, domains } = fabric
  const inside = localRanks > 1 ? (bytes * (ranks - 1)) / ranks / fabric.busBytesPerSecond : 0
  const between = domains > 1 ? (bytes * (domains - 1)) / domains / fabric.nodeBytesPerSecond : 0
  return inside + between + messages * (fabric.collectiveSeconds + ranks * fabric.collectiveSecondsPerRank)
}

/** Time of an all-reduce: a reduce-scatter and an all-gather. @source thakur-2005-collectives §4 */
export const reduceSeconds = (bytes: number, messages: number, ranks: number, fabric: Fabric): number =>
  2 * gatherSeconds(bytes, messages, ranks, fabric)
