import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCsv } from '../../../src/catalog/prices/csv.ts'

describe('a CSV file', () => {
  it('may quote commas, quotes and line breaks', () => {
    const { header, records } = parseCsv('a,b\n"x, y","say ""hi"""\n"two\nlines",2\n3,4\n')
    expect(header).toEqual(['a', 'b'])
    expect(records).toEqual([
      { line: 2, cells: ['x, y', 'say "hi"'] },
      { line: 3, cells: ['two\nlines', '2'] },
      { line: 5, cells: ['3', '4'] },
    ])
  })

  it('may end its lines in either way, begin with a byte order mark and have empty lines', () => {
    const { header, records } = parseCsv('\ufeffa,b\r\n1,2\r\n\r\n3,4')
    expect(header).toEqual(['a', 'b'])
    expect(records.map(({ cells }) => cells)).toEqual([
      ['1', '2'],
      ['3', '4'],
    ])
  })

  it('knows where a quoted field was cut off', () => {
    expect(parseCsv('a,b\n1,"half').unterminatedLine).toBe(2)
    expect(parseCsv('a,b\n1,"whole"').unterminatedLine).toBeNull()
  })

  it('gives back every cell that was written', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é'), maxLength: 8 })
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (rows) => {
        const text = `h,h\n${rows.map((row) => row.map(quoted).join(',')).join('\n')}\n`
        expect(parseCsv(text).records.map(({ cells }) => cells)).toEqual(rows)
      }),
    )
  })
})
