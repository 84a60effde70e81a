import { describe, expect, it } from 'vitest'
import { listOf, product } from '../../../src/core/plan/product.ts'

describe('the product of axes', () => {
  it('combines every value with every other, the last axis fastest', () => {
    expect(product({ a: [1, 2], b: ['x', 'y'] })).toEqual([
      { a: 1, b: 'x' },
      { a: 1, b: 'y' },
      { a: 2, b: 'x' },
      { a: 2, b: 'y' },
    ])
  })

  it('is empty when an axis is', () => {
    expect(product({ a: [1], b: [] })).toEqual([])
  })

  it('takes a value for a list of one', () => {
    expect(listOf(3)).toEqual([3])
    expect(listOf([3, 4])).toEqual([3, 4])
  })
})
