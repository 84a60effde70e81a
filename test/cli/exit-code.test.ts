import { describe, expect, it } from 'vitest'
import { exitCodeOfVerdict, worstExitCode } from '../../src/cli/exit-code.ts'

describe('the exit code', () => {
  it('is 3 for every verdict but ok', () => {
    expect(exitCodeOfVerdict('ok')).toBe(0)
    for (const verdict of ['no-fit', 'over-budget', 'too-slow', 'too-lossy', 'infeasible'] as const) {
      expect(exitCodeOfVerdict(verdict)).toBe(3)
    }
  })

  it('of a stream is its worst: 1, then 2, 4, 3, 0', () => {
    expect(worstExitCode([])).toBe(0)
    expect(worstExitCode([0, 3])).toBe(3)
    expect(worstExitCode([3, 4, 0])).toBe(4)
    expect(worstExitCode([3, 4, 2, 0])).toBe(2)
    expect(worstExitCode([2, 1, 4])).toBe(1)
  })
})
