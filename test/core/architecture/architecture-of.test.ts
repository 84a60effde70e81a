import { describe, expect, it } from 'vitest'
import {
  adapters,
  architectureOf,
  parameterCounts,
  quantizableParameters,
} from '../../../src/core/architecture/index.ts'

const llama8b = {
  model_type: 'llama',
  vocab_size: 128256,
  hidden_size: 4096,
  intermediate_size: 14336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  torch_dtype: 'bfloat16',
}

describe('Llama 3.1 8B', () => {
  const architecture = architectureOf(llama8b)
  it('has 8,030,261,248 parameters', () => {
    expect(parameterCounts(architecture).total).toBe(8_030_261_248)
    expect(parameterCounts(architecture).active).toBe(8_030_261_248)
    expect(quantizableParameters(architecture)).toBe(6_979_321_856)
  })
  it('trains 13,631,488 parameters with rank 16 on q, k, v and o, 41,943,040 on all linears', () => {
    const attention = adapters(architecture, { rank: 16, targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj'] })
    expect(attention.trainableParameters).toBe(13_631_488)
    expect(adapters(architecture, { rank: 16, targets: ['all-linear'] }).trainableParameters).toBe(41_943_040)
  })
})
