import type { Norm } from '../../domain/architecture.ts'
import type { AttentionShape, AttentionTraits } from './attention.ts'
import { norm } from './linear.ts'

type QueryKeyNorms = Required<Pick<AttentionTraits, 'queryNorm' | 'keyNorm' | 'scope'>>

/** A norm over each query and key head, its weight shared by the heads (Qwen 3, Gemma 3). */
export const headNorms = (
  path: string,
  shape: AttentionShape,
  kind: Norm['kind'] = 'rms',
): QueryKeyNorms => ({
  queryNorm: norm(kind, `${path}.q_norm`, shape.headDim),
  keyNorm: norm(kind, `${path}.k_norm`, shape.headDim),
  scope: 'head',
})

/** A norm over all heads together (OLMo 2, OLMoE). */
export const projectionNorms = (
  path: string,
  shape: AttentionShape,
  kind: Norm['kind'] = 'rms',
): QueryKeyNorms => ({
  queryNorm: norm(kind, `${path}.q_norm`, shape.heads * shape.headDim),
  keyNorm: norm(kind, `${path}.k_norm`, shape.keyValueHeads * shape.headDim),
  scope: 'projection',
})
