import { describe, expect, it } from 'vitest'
import { ftplan } from '../support/host.ts'

describe('the command line', () => {
  it('prints its version', async () => {
    expect(await ftplan('--version')).toMatchObject({ code: 0, out: '0.1.0\n', err: '' })
  })

  it('prints help on standard output and ends well', async () => {
    const ran = await ftplan('--help')
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain('estimate')
    expect(ran.out).toContain('Exit codes')
  })

  it('prints the help of a command with its examples', async () => {
    const ran = await ftplan('estimate --help')
    expect(ran.code).toBe(0)
    expect(ran.out).toContain('--max-usd <n>')
    expect((await ftplan('help estimate')).out).toBe(ran.out)
  })

  it.each([
    ['estimat', 'estimate'],
    ['estimate --modle x', '--model'],
    ['estimate --format tabel', 'table'],
  ])('answers the usage error "%s" with exit code 2 and a way out', async (line, way) => {
    const ran = await ftplan(line)
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain(way)
  })

  it('ends with 2 when no command is given', async () => {
    expect((await ftplan('')).code).toBe(2)
  })

  it.each([
    'estimate --top 0',
    'estimate --top x',
    'estimate --export svg=a',
    'estimate --export csv',
    'schema plan',
  ])('refuses "%s"', async (line) => {
    const ran = await ftplan(line)
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toMatch(/^error: /)
  })
})
