import { describe, expect, it } from 'vitest'
import { bulleted, cut, grid, wrap } from '../../src/render/grid.ts'

describe('a grid', () => {
  const columns = [{ head: 'name' }, { head: 'amount', align: 'right' as const }, { head: 'reason' }]
  const rows = [['alpha', '7', 'because of one thing and of another thing and of a third thing']]

  it('has aligned columns without lines or colour', () => {
    expect(
      grid(columns, [
        ['a', '10', 'x'],
        ['bcd', '7', 'y'],
      ]),
    ).toBe(['name  amount  reason', 'a         10  x', 'bcd        7  y'].join('\n'))
  })

  it('wraps its widest words to a width, and loses none', () => {
    const text = grid(columns, rows, 2, 40)
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40)
    const words = text.split(/\s+/)
    for (const word of rows.flat().join(' ').split(' ')) expect(words).toContain(word)
  })

  it('stays as wide as it is where nothing can be wrapped', () => {
    expect(grid(columns, rows, 2, 12)).toBe(grid(columns, rows))
  })
})

describe('text', () => {
  it('is wrapped between words, each line within the width', () => {
    expect(wrap('one two three four', 9, '- ', '  ')).toBe('- one two\n  three\n  four')
  })

  it('never breaks a word, however long', () => {
    expect(wrap('a pneumonoultramicroscopic word', 10)).toBe('a\npneumonoultramicroscopic\nword')
  })

  it('is cut with a mark', () => {
    expect(cut('a100-sxm-80gb', 8)).toBe('a100-sx…')
    expect(cut('short', 8)).toBe('short')
  })

  it('is listed with marks', () => {
    expect(bulleted(['first line is long'], 14)).toEqual(['  - first line\n    is long'])
  })
})
