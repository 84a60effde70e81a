import type { Config } from '../config.ts'
import { joined, patchConvolution, type Tower, towerLinear, towerRmsNorm } from './tower.ts'

export const pixtralDefaults = {
  hidden_size: 1024,
  intermediate_size: 4096,
  num_hidden_layers: 24,
  num_attention_heads: 16,
  patch_size: 16,
}

/** Pixtral's vision tower: Llama-like layers with rotary positions in two dimensions, no biases. */
export function pixtralTower(config: Config, root: string): Tower {
  const width = config.size('hidden_size')
  const intermediateSize = config.size('intermediate_size')
  const layers = config.size('num_hidden_layers')
  const patch = config.size('patch_size')
  const path = `${root}.transformer.layers.*`
  const attention = ['q_proj', 'k_proj', 'v_proj', 'o_proj'].map((name) =>
    towerLinear(`${path}.attention.${name}`, width, width, false, layers),
  )
  return joined(
    patchConvolution(`${root}.patch_conv`, [width, config.count('num_channels', 3), patch, patch], false),
    towerRmsNorm(`${root}.ln_pre`, width),
    ...attention,
    towerLinear(`${path}.feed_forward.gate_proj`, width, intermediateSize, false, layers),
    towerLinear(`${path}.feed_forward.up_proj`, width, intermediateSize, false, layers),
    towerLinear(`${path}.feed_forward.down_proj`, intermediateSize, width, false, layers),
    towerRmsNorm(`${path}.attention_norm`, width, layers),
    towerRmsNorm(`${path}.ffn_norm`, width, layers),
  )
}
