/**
 * Bytes as a polynomial in what a plan varies: `T` tokens of a micro-batch (b·s) and the sequence length `s`.
 *
 *   bytes = constant + perToken·T + perTokenSequence·T·s + perSequence·s
 */
export interface Footprint {
  readonly constant: number
  readonly perToken: number
  readonly perTokenSequence: number
  readonly perSequence: number
}

export const noBytes: Footprint = { constant: 0, perToken: 0, perTokenSequence: 0, perSequence: 0 }

/** Bytes of a footprint at a micro-batch of `microBatch` sequences of `sequence` tokens. */
export const bytesAt = (footprint: Footprint, microBatch: number, sequence: number): number =>
  footprint.constant +
  sequence *
    (footprint.perSequence + microBatch * (footprint.perToken + sequence * footprint.perTokenSequence))

/** Tensor with the same size whatever the micro-batch. */
export const constantBytes = (constant: number): Footprint => ({
  constant,
  perToken: 0,
  perTokenSequence: 0,
  perSequence: 0,
})

/** Tensor with `perToken` bytes for each token of the micro-batch. */
export const tokenBytes = (perToken: number): Footprint => ({
  constant: 0,
  perToken,
  perTokenSequence: 0,
  perSequence: 0,
})

/** Tensor with `perTokenSequence` bytes for each pair of a token and a position (attention scores, masks). */
export const scoreBytes = (perTokenSequence: number): Footprint => ({
  constant: 0,
  perToken: 0,
  perTokenSequence,
  perSequence: 0,
})

/** Tensor with `perSequence` bytes for each position, shared by the sequences of the micro-batch. */
export const positionBytes = (perSequence: number): Footprint => ({
  constant: 0,
  perToken: 0,
  perTokenSequence: 0,
  perSequence,
})

export const plus = (a: Footprint, b: Footprint): Footprint => ({
  constant: a.constant + b.constant,
  perToken: a.perToken + b.perToken,
  perTokenSequence: a.perTokenSequence + b.perTokenSequence,
  perSequence: a.perSequence + b.perSequence,
})

export const times = (footprint: Footprint, factor: number): Footprint => ({
  constant: footprint.constant * factor,
  perToken: footprint.perToken * factor,
  perTokenSequence: footprint.perTokenSequence * factor,
  perSequence: footprint.perSequence * factor,
})
