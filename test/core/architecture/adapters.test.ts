import { describe, expect, it } from 'vitest'
import { adapters, architectureOf } from '../../../src/core/architecture/index.ts'
import { UserError } from '../../../src/core/errors.ts'
import oracle from '../../oracle/params.json' with { type: 'json' }

const architectureNamed = (name: string) =>
  architectureOf(oracle.models.find((candidate) => candidate.name === name)?.config)

const llama = architectureNamed('Llama-3-8B')
const gpt2 = architectureNamed('GPT-2')
const mixtral = architectureNamed('Mixtral-8x22B-v0.1')
const smollm = architectureNamed('SmolLM2-135M')

describe('Targets', () => {
  it('match the end of a module name behind a dot, as peft does', () => {
    expect(adapters(gpt2, { rank: 8, targets: ['attn.c_proj'] }).moduleCount).toBe(12)
    // c_proj of attention and of the MLP
    expect(adapters(gpt2, { rank: 8, targets: ['c_proj'] }).moduleCount).toBe(24)
  })

  it('that name the same module twice adapt it once', () => {
    const once = adapters(llama, { rank: 8, targets: ['q_proj'] })
    const twice = adapters(llama, { rank: 8, targets: ['q_proj', 'self_attn.q_proj'] })
    expect(twice.trainableParameters).toBe(once.trainableParameters)
  })

  it('attention and mlp together are all linears of a dense model', () => {
    const all = adapters(llama, { rank: 16, targets: ['all-linear'] })
    const both = adapters(llama, { rank: 16, targets: ['attention', 'mlp'] })
    expect(both.trainableParameters).toBe(all.trainableParameters)
    // 32 layers x 16 x (q 8192 + k 5120 + v 5120 + o 8192)
    expect(adapters(llama, { rank: 16, targets: ['attention'] }).trainableParameters).toBe(32 * 16 * 26_624)
    // 32 layers x 16 x 3 x (4096 + 14336)
    expect(adapters(llama, { rank: 16, targets: ['mlp'] }).trainableParameters).toBe(32 * 16 * 55_296)
  })

  it('mlp reaches every expert, but not the router', () => {
    // 56 layers x 8 experts x 3 linears x 4 x (6144 + 16384)
    const found = adapters(mixtral, { rank: 4, targets: ['mlp'] })
    expect(found.trainableParameters).toBe(56 * 8 * 3 * 4 * 22_528)
    expect(found.linears.map(({ linear }) => linear.name.split('.').at(-1))).toEqual(['w1', 'w3', 'w2'])
  })

  it('on the embedding train r (V + h)', () => {
    const expected = 16 * (128_256 + 4096)
    const named = adapters(llama, { rank: 16, targets: ['embed_tokens'] })
    expect(named.trainableParameters).toBe(expected)
    expect(adapters(llama, { rank: 16, targets: ['embeddings'] }).trainableParameters).toBe(expected)
    expect(named.moduleCount).toBe(1)
  })

  it('reach the head only by name', () => {
    expect(adapters(llama, { rank: 16, targets: ['lm_head'] }).trainableParameters).toBe(
      16 * (128_256 + 4096),
    )
    const all = adapters(llama, { rank: 16, targets: ['all-linear'] })
    expect(all.linears.some(({ linear }) => linear.role === 'head')).toBe(false)
  })

  it('that no module has are an error with the names that exist', () => {
    const find = () => adapters(gpt2, { rank: 8, targets: ['q_proj'] })
    expect(find).toThrow(UserError)
    expect(find).toThrow(/q_proj/)
    try {
      find()
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid-spec' })
      expect((error as UserError).hint).toContain('c_attn')
    }
  })

  it('do not reach experts in fused tensors, as in peft', () => {
    const find = () => adapters(architectureNamed('gpt-oss-20b'), { rank: 8, targets: ['gate_up_proj'] })
    expect(find).toThrow(/gate_up_proj/)
  })
})

describe('Adapters', () => {
  it('of DoRA have a magnitude for each output more', () => {
    const lora = adapters(llama, { rank: 16, targets: ['all-linear'] })
    const dora = adapters(llama, { rank: 16, targets: ['all-linear'], variant: 'dora' })
    // outputs of a layer: q 4096, k 1024, v 1024, o 4096, gate 14336, up 14336, down 4096
    expect(dora.trainableParameters - lora.trainableParameters).toBe(32 * 43_008)
  })

  it('of a part of the layers count these layers only', () => {
    const all = adapters(llama, { rank: 16, targets: ['q_proj'] })
    const some = adapters(llama, { rank: 16, targets: ['q_proj'], layers: [0, 1, 2, 31] })
    expect(some.trainableParameters).toBe(all.trainableParameters / 8)
    expect(some.linears[0]?.layerIndices).toEqual([0, 1, 2, 31])
  })

  it('are listed for each layer group', () => {
    const found = adapters(llama, { rank: 16, targets: ['q_proj', 'v_proj'] })
    const [layer] = llama.layers
    expect([...(found.byLayer.get(layer!) ?? [])]).toEqual([
      'model.layers.*.self_attn.q_proj',
      'model.layers.*.self_attn.v_proj',
    ])
  })

  it('grow in proportion to the rank', () => {
    const parameters = (rank: number) =>
      adapters(mixtral, { rank, targets: ['all-linear'] }).trainableParameters
    expect(parameters(64)).toBe(8 * parameters(8))
  })
})

describe('Modules that train as full copies', () => {
  it('add all their parameters', () => {
    const found = adapters(llama, {
      rank: 16,
      targets: ['all-linear'],
      trainModules: ['embed_tokens', 'lm_head'],
    })
    expect(found.adapterParameters).toBe(41_943_040)
    expect(found.copyParameters).toBe(2 * 128_256 * 4096)
    expect(found.trainableParameters).toBe(41_943_040 + 1_050_673_152)
  })

  it('copy a tied head apart from the embedding', () => {
    const found = adapters(smollm, {
      rank: 8,
      targets: ['q_proj'],
      trainModules: ['embed_tokens', 'lm_head'],
    })
    expect(found.copyParameters).toBe(2 * 49_152 * 576)
  })

  it('are not adapted as well', () => {
    const found = adapters(llama, { rank: 8, targets: ['q_proj', 'o_proj'], trainModules: ['o_proj'] })
    expect(found.linears.map(({ linear }) => linear.role)).toEqual(['query'])
    expect(found.copyParameters).toBe(32 * 4096 * 4096)
  })

  it('may be whole blocks and norms', () => {
    const block = adapters(llama, { rank: 8, targets: ['q_proj'], trainModules: ['mlp'] })
    expect(block.copyParameters).toBe(32 * 3 * 4096 * 14_336)
    const norm = adapters(llama, { rank: 8, targets: ['q_proj'], trainModules: ['model.norm'] })
    expect(norm.copyParameters).toBe(4096)
  })

  it('that do not exist are an error', () => {
    expect(() => adapters(llama, { rank: 8, targets: ['q_proj'], trainModules: ['wte'] })).toThrow(/wte/)
  })
})
