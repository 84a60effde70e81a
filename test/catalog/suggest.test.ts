import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editDistance, suggest } from '../../src/catalog/suggest.ts'

describe('the edit distance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['rank', 'rnak', 1],
    ['ca', 'abc', 3],
  ])('of %j and %j is %i', (left, right, edits) => {
    expect(editDistance(left, right)).toBe(edits)
  })

  it('is the same both ways, 0 only for equal words, and at most the longer word', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (left, right) => {
        const edits = editDistance(left, right)
        expect(editDistance(right, left)).toBe(edits)
        expect(edits === 0).toBe(left === right)
        expect(edits).toBeLessThanOrEqual(Math.max(left.length, right.length))
      }),
    )
  })
})

describe('suggestions', () => {
  const cards = ['rtx3090', 'rtx4090', 'rtx4080', 'h100-sxm', 'h100-pcie', 'a100-sxm-80gb']

  it('put the nearest first', () => {
    expect(suggest('rtx409', cards)[0]).toBe('rtx4090')
    expect(suggest('rtx4900', cards)[0]).toBe('rtx4090')
  })

  it('find what a word is the beginning of', () => {
    expect(suggest('h100', cards)).toEqual(['h100-sxm', 'h100-pcie'])
  })

  it('overlook case, dashes and spaces', () => {
    expect(suggest('A100 SXM 80GB', cards)[0]).toBe('a100-sxm-80gb')
  })

  it('name at most three', () => {
    expect(suggest('rtx', [...cards, 'rtx5090']).length).toBe(3)
  })

  it('name none when nothing is near', () => {
    expect(suggest('banana', cards)).toEqual([])
    expect(suggest('', cards)).toEqual([])
  })

  it('find every word that has one letter wrong', () => {
    const word = fc.constantFrom(...cards)
    fc.assert(
      fc.property(word, fc.nat(20), (known, place) => {
        const at = place % known.length
        const wrong = `${known.slice(0, at)}q${known.slice(at + 1)}`
        expect(suggest(wrong, cards)).toContain(known)
      }),
    )
  })
})
