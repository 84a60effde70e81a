import { describe, expect, it } from 'vitest'
import { measuredDataset, withMeasured } from '../../../src/cli/spec/dataset.ts'
import { fakeHost } from '../../support/host.ts'

const measure = (text: string) =>
  measuredDataset('train.jsonl', fakeHost([], { files: { 'train.jsonl': text } }).host)

describe('measuring a dataset', () => {
  it('counts examples and takes four bytes for a token, whatever the keys are called', () => {
    const rows = [
      { text: 'x'.repeat(40) },
      { messages: [{ content: 'y'.repeat(70) }, { content: 'z'.repeat(10) }] },
      { instruction: 'é'.repeat(60) },
    ]
    expect(measure(`${rows.map((row) => JSON.stringify(row)).join('\n')}\n\n`)).toEqual({
      examples: 3,
      meanTokens: 20,
      p95Tokens: 30,
      maxTokens: 30,
      exact: false,
    })
  })

  it('takes the lengths that rows state', () => {
    expect(measure('[{"input_ids": [1, 2, 3]}, {"num_tokens": 5}]')).toMatchObject({
      meanTokens: 4,
      maxTokens: 5,
      exact: true,
    })
  })

  it.each([
    ['{"text": "a"}\n{"text": ', 'train.jsonl:2 is no JSON'],
    ['\n', 'holds no example'],
  ])('refuses %j', (text, sentence) => {
    expect(() => measure(text)).toThrow(sentence)
  })

  it('leaves alone what the spec states', () => {
    const measured = measure('{"text": "abcdefgh"}')
    expect(withMeasured({ examples: 7, tokens: { max: 9 } }, measured)).toEqual({
      examples: 7,
      tokens: { mean: 2, p95: 2, max: 9 },
    })
  })
})
