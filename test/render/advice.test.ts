import { describe, expect, it } from 'vitest'
import { loadRenderer } from '../../src/render/index.ts'
import { packagedCatalog } from '../support/compiled-presets.ts'
import { estimated } from '../support/estimates.ts'

const catalog = await packagedCatalog()
const report = estimated(
  {
    model: 'llama-3.1-8b',
    dataset: { examples: 5000, tokens: { mean: 300, max: 1024 }, epochs: 2 },
    training: { task: 'math', method: 'qlora', lora: { rank: 2, count: 4 }, learning_rate: 2e-5 },
    hardware: { gpu: 'a100-sxm-80gb', count: 8, provider: 'aws', commitment: 'on-demand' },
    quality: { base_score: 0.35, full_score: 0.7 },
    federated: { clients: 50, rounds: 20 },
    deployment: { adapters: 10, versions: 3 },
  },
  catalog,
  1,
)
const view = { colour: false, columns: 200, detail: 'terms', position: null } as const
const rendered = async (format: 'table' | 'markdown' | 'html'): Promise<string> => {
  const text = (await loadRenderer(format)).render(report, view)
  return text.replaceAll(/\s+/g, ' ').replaceAll('&amp;', '&')
}

/** The same figures in every format for people. */
const said = [
  'learning rate 0.0003',
  'this plan has 2',
  'expected score 0.',
  'share of full fine-tuning',
  'one adapter on disk: 20.0 MiB',
  'merged into a 16-bit checkpoint: 15.0 GiB; merging needs the original weights',
  'serving 10 adapters on one base:',
  '10.2 k tokens in flight at 128 KiB each',
  'storing 3 versions of 200 MiB and the base:',
  'a month',
  'aws s3 standard',
  'an A/B test sees a difference of 0.02 in the score on 1,960 items',
  '20 rounds x 50 clients:',
  'communication/broadcast',
  '4 adapters, 1 of them for each token',
  'is far from the usual',
  'at the learning rate of full fine-tuning adapters lose more',
]

describe('what a plan is told with', () => {
  it.each(['table', 'markdown', 'html'] as const)('is all there in %s', async (format) => {
    const text = await rendered(format)
    for (const words of said) expect(text, words).toContain(words)
  })

  it('is whole in JSON', async () => {
    const { render } = await loadRenderer('json')
    expect(JSON.parse(render(report, view))).toEqual(JSON.parse(JSON.stringify(report)))
  })
})
