import { describe, expect, it } from 'vitest'
import { Progress } from '../../src/cli/progress.ts'
import { run } from '../../src/cli/run.ts'
import { fakeHost, NOW, type World } from '../support/host.ts'

/** A world whose clock is half a second later at each look. */
function slowWorld(argv: readonly string[], world: World) {
  const fake = fakeHost(argv, world)
  let looks = 0
  return { ...fake, host: { ...fake.host, now: () => new Date(NOW.getTime() + 500 * looks++) } }
}

/** About four thousand plans. */
const spec = JSON.stringify({
  model: 'gpt2',
  hardware: {
    gpu: ['rtx4090', 'rtx3090', 'l4', 'a10', 'h100-sxm', 'a100-sxm-80gb'],
    count: [1, 2, 4, 8],
    owned: true,
  },
})
const estimate = (...flags: string[]) => ['estimate', 'grid.json', '--json', ...flags]
const files = { 'grid.json': spec }

describe('progress of a long search', () => {
  it('is one line on the terminal that is rewritten and taken away', async () => {
    const { host, err } = slowWorld(estimate(), { tty: true, files })
    expect(await run(host)).toBe(0)
    expect(err.text()).toMatch(/Klooked at [\d,]+ of [\d,]+ plans \(\d+ %\)/)
    expect(err.text().endsWith('\r\u001b[K')).toBe(true)
  })

  it('is not shown where nobody looks, and not with --quiet', async () => {
    const piped = slowWorld(estimate(), { tty: false, files })
    await run(piped.host)
    expect(piped.err.text()).toBe('')
    const quiet = slowWorld(estimate('--quiet'), { tty: true, files })
    await run(quiet.host)
    expect(quiet.err.text()).toBe('')
  })

  it('waits for half a second, then looks at the clock now and then only', () => {
    const { host, err } = fakeHost([], { tty: true })
    let now = NOW.getTime()
    const progress = new Progress({ ...host, now: () => new Date(now) })
    progress.show(1_000_000, 3_000_000)
    now += 501
    progress.show(1_000_100, 3_000_000)
    expect(err.text()).toBe('')
    progress.show(1_500_000, 3_000_000)
    expect(err.text()).toBe('\r\u001b[Klooked at 1,500,000 of 3,000,000 plans (50 %)')
    progress.show(1_600_000, 3_000_000)
    expect(err.text()).toContain('(50 %)')
    progress.end()
    expect(err.text().endsWith('(50 %)\r\u001b[K')).toBe(true)
  })
})
