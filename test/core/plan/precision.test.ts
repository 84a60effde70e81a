import { describe, expect, it } from 'vitest'
import { precisionOf } from '../../../src/core/plan/precision.ts'

describe('precision names', () => {
  it('keeps fp32 weights under autocast for full fine-tuning, and a 16-bit base with fp32 adapters otherwise', () => {
    expect(precisionOf('bf16-mixed', true)).toMatchObject({
      weights: 'fp32',
      autocast: 'bf16',
      master: false,
    })
    expect(precisionOf('bf16-mixed', false)).toMatchObject({
      weights: 'bf16',
      autocast: 'bf16',
      adapters: 'fp32',
    })
  })

  it('holds everything in 16 bit without autocast in the pure regimes', () => {
    expect(precisionOf('fp16-pure', true)).toMatchObject({
      weights: 'fp16',
      autocast: 'none',
      adapters: 'fp16',
      master: false,
    })
  })

  it('adds fp32 masters in the master regimes and under fp8', () => {
    expect(precisionOf('bf16-master', true)).toMatchObject({ weights: 'bf16', master: true, fp8: false })
    expect(precisionOf('fp8', true)).toMatchObject({ weights: 'bf16', master: true, fp8: true })
  })

  it('fills explicit dtypes as transformers and peft do', () => {
    expect(precisionOf({ autocast: 'bf16' }, false)).toEqual({
      name: 'custom',
      weights: 'bf16',
      autocast: 'bf16',
      adapters: 'fp32',
      master: false,
      fp8: false,
    })
  })
})
