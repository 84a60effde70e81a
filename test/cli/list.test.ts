import { describe, expect, it } from 'vitest'
import { ftplan } from '../support/host.ts'

describe('ftplan list and show', () => {
  it.each(['models', 'gpus', 'prices', 'optimizers', 'methods', 'stacks', 'scenarios'])(
    'lists %s',
    async (kind) => {
      const ran = await ftplan(`list ${kind}`)
      expect(ran).toMatchObject({ code: 0, err: '' })
      expect(ran.out.split('\n').length).toBeGreaterThan(4)
      const rows = JSON.parse((await ftplan(`list ${kind} --json`)).out)
      expect(rows.length).toBeGreaterThan(3)
      const ids = (await ftplan(`list ${kind} --ids`)).out.trimEnd().split('\n')
      expect(ids).toHaveLength(rows.length)
      expect((await ftplan(['show', kind, ids[0] ?? ''])).code).toBe(0)
    },
  )

  it('shows a model with its linears', async () => {
    const ran = await ftplan('show model llama-3.1-8b --json')
    const model = JSON.parse(ran.out)
    expect(model).toMatchObject({ id: 'llama-3.1-8b', modelType: 'llama', quantizableParameters: 6979321856 })
    expect(model.parameters.total).toBe(8030261248)
    expect(model.linears).toContainEqual(
      expect.objectContaining({ name: expect.stringContaining('q_proj'), in: 4096, out: 4096, count: 32 }),
    )
  })

  it('shows a model from its config.json', async () => {
    const config = {
      model_type: 'llama',
      hidden_size: 64,
      intermediate_size: 128,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      vocab_size: 100,
    }
    const ran = await ftplan('show model config.json --json', {
      files: { 'config.json': JSON.stringify(config) },
    })
    expect(ran.code).toBe(0)
    expect(JSON.parse(ran.out).id).toBeNull()
  })

  it('answers an unknown id with exit code 4 and the nearest ones', async () => {
    const ran = await ftplan('show gpu rtx4091')
    expect(ran).toMatchObject({ code: 4, out: '' })
    expect(ran.err).toContain('rtx4090')
  })

  it('answers an unknown kind with exit code 2', async () => {
    expect((await ftplan('list gpuz')).code).toBe(2)
    expect((await ftplan('show gpuz a')).code).toBe(2)
  })

  it('never fetches when it is offline', async () => {
    expect((await ftplan('show model owner/name --offline')).code).toBe(4)
  })
})
