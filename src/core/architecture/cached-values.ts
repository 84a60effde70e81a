import type { Attention } from '../domain/architecture.ts'

/** Values that one token leaves in a layer's cache: keys and values of each shared head, or the compressed pair of latent attention. */
export const cachedValues = ({
  kind,
  keyValueHeads,
  headDim,
  valueHeadDim,
  keyValueRank,
  rotaryHeadDim,
}: Attention): number =>
  kind === 'latent' ? keyValueRank + rotaryHeadDim : keyValueHeads * (headDim + valueHeadDim)
