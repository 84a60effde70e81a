import type { Linear, LooseParameter } from '../../domain/architecture.ts'
import { linear } from '../blocks/linear.ts'

/** Parameters of a vision tower or a projector. */
export interface Tower {
  readonly linears: readonly Linear[]
  readonly loose: readonly LooseParameter[]
}

export const joined = (...towers: readonly Tower[]): Tower => ({
  linears: towers.flatMap(({ linears }) => linears),
  loose: towers.flatMap(({ loose }) => loose),
})

/** A linear of a tower, `count` times. */
export const towerLinear = (
  name: string,
  inFeatures: number,
  outFeatures: number,
  bias: boolean,
  count = 1,
): Tower => ({
  linears: [linear(name, 'other', inFeatures, outFeatures, bias, count)],
  loose: [],
})

/** A tensor of a tower that is no linear: convolutions, position tables, gates. */
export const towerTensor = (
  name: string,
  shape: readonly number[],
  { count = 1, kind = 'other' as LooseParameter['kind'] } = {},
): Tower => ({ linears: [], loose: [{ name, group: 'other', shape, count, kind }] })

export const towerLayerNorm = (name: string, width: number, count = 1): Tower =>
  joined(
    towerTensor(`${name}.weight`, [width], { count }),
    towerTensor(`${name}.bias`, [width], { count, kind: 'bias' }),
  )

export const towerRmsNorm = (name: string, width: number, count = 1): Tower =>
  towerTensor(`${name}.weight`, [width], { count })

/** A convolution that cuts an image into patches. */
export const patchConvolution = (name: string, shape: readonly number[], bias: boolean): Tower =>
  bias
    ? joined(
        towerTensor(`${name}.weight`, shape, { kind: 'weight' }),
        towerTensor(`${name}.bias`, [shape[0] ?? 0], { kind: 'bias' }),
      )
    : towerTensor(`${name}.weight`, shape, { kind: 'weight' })

export interface EncoderShape {
  readonly layers: number
  readonly width: number
  readonly intermediateSize: number
}

/** Encoder layers as CLIP, SigLIP and the Llama towers have them: two LayerNorms, four attention linears, fc1 and fc2. */
export function encoderLayers(
  path: string,
  { layers, width, intermediateSize }: EncoderShape,
  names: {
    readonly norms: readonly [string, string]
    readonly output: string
    readonly attentionBias: boolean
  },
): Tower {
  const attention = ['q_proj', 'k_proj', 'v_proj', names.output].map((name) =>
    towerLinear(`${path}.self_attn.${name}`, width, width, names.attentionBias, layers),
  )
  return joined(
    ...attention,
    towerLinear(`${path}.mlp.fc1`, width, intermediateSize, true, layers),
    towerLinear(`${path}.mlp.fc2`, intermediateSize, width, true, layers),
    ...names.norms.map((name) => towerLayerNorm(`${path}.${name}`, width, layers)),
  )
}
