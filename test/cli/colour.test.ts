import { describe, expect, it } from 'vitest'
import { wantsColour } from '../../src/cli/colour.ts'

describe('colour', () => {
  it.each([
    ['a terminal', undefined, {}, true, true],
    ['a pipe', undefined, {}, false, false],
    ['a dumb terminal', undefined, { TERM: 'dumb' }, true, false],
    ['NO_COLOR on a terminal', undefined, { NO_COLOR: '1' }, true, false],
    ['an empty NO_COLOR on a terminal', undefined, { NO_COLOR: '' }, true, true],
    ['FORCE_COLOR in a pipe', undefined, { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0 on a terminal', undefined, { FORCE_COLOR: '0' }, true, false],
    ['CLICOLOR_FORCE in a pipe', undefined, { CLICOLOR_FORCE: '1' }, false, true],
    ['NO_COLOR against FORCE_COLOR', undefined, { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['--color against NO_COLOR', true, { NO_COLOR: '1' }, false, true],
    ['--no-color against FORCE_COLOR', false, { FORCE_COLOR: '1' }, true, false],
  ] as const)('with %s', (_, flag, env, isTTY, coloured) => {
    expect(wantsColour(flag, env, isTTY)).toBe(coloured)
  })
})
