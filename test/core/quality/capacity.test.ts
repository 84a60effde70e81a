import { describe, expect, it } from 'vitest'
import { capacity, roomyRank } from '../../../src/core/quality/capacity.ts'
import { targetCoverage } from '../../../src/core/quality/target-coverage.ts'
import { rules, task } from './retention-presets.ts'

describe('the capacity ratio', () => {
  it('is one bit a token over two bits a parameter', () => {
    expect(
      capacity({ task: task('code'), uniqueAmount: 72_970_000, adapterParameters: 39_976_960 }, rules),
    ).toEqual({
      ratio: expect.closeTo(0.9127, 4),
      label: 'ok',
    })
  })

  it('is filled by episodes under reinforcement learning: rank 1 on 8B holds them easily', () => {
    expect(capacity({ task: task('rl'), uniqueAmount: 320_000, adapterParameters: 3e6 }, rules).label).toBe(
      'roomy',
    )
  })
})

describe('the roomy rank', () => {
  it('is the smallest without a penalty', () => {
    // 1e8 / (2 x 2,621,440 x 0.1) = 190.7
    expect(roomyRank(task('math'), rules, 1e8, 2_621_440)).toBe(191)
    expect(roomyRank(task('rl'), rules, 1e8, 2_621_440)).toBeNull()
  })
})

describe('target coverage', () => {
  it('knows attention by its module names and words', () => {
    expect(targetCoverage(['q_proj', 'k_proj', 'v_proj', 'o_proj'])).toBe('attention-only')
    expect(targetCoverage(['query_key_value'])).toBe('attention-only')
    expect(targetCoverage(['attention'])).toBe('attention-only')
    expect(targetCoverage(['q_proj', 'down_proj'])).toBe('all')
    expect(targetCoverage(['all-linear'])).toBe('all')
    expect(targetCoverage(['mlp'])).toBe('all')
  })
})
