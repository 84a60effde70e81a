import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatRange,
  formatSeconds,
  formatShare,
  formatUsd,
} from '../../src/render/format.ts'

describe('figures for people', () => {
  it.each([
    [0, '0 B'],
    [1536, '1.50 KiB'],
    [5 * 2 ** 20, '5.00 MiB'],
    [23.45 * 2 ** 30, '23.4 GiB'],
    [1234 * 2 ** 30, '1,234.0 GiB'],
    [-2 * 2 ** 30, '-2.0 GiB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

  it.each([
    [0, '0 s'],
    [0.0000123, '12.3 us'],
    [0.38, '380 ms'],
    [45, '45.0 s'],
    [792, '13.2 min'],
    [8676, '2.41 h'],
    [3600 * 1234.5, '1,235 h'],
  ])('%d seconds are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text))

  it.each([
    [0, '$0'],
    [0.0123, '$0.0123'],
    [0.34, '$0.34'],
    [41.2, '$41.20'],
    [1204.4, '$1,204'],
    [-3, '-$3.00'],
  ])('%d dollars are %s', (usd, text) => expect(formatUsd(usd)).toBe(text))

  it.each([
    [512, '512'],
    [41943040, '41.9 M'],
    [8030261248, '8.03 B'],
    [1.5e12, '1.50 T'],
  ])('%d of something are %s', (count, text) => expect(formatCount(count)).toBe(text))

  it.each([
    [1, '100 %'],
    [0.954, '95 %'],
    [0.041, '4.1 %'],
  ])('a share of %d is %s', (share, text) => expect(formatShare(share)).toBe(text))

  it('shows a range only where there is one', () => {
    expect(formatRange({ low: 1, mid: 2, high: 3 }, String)).toBe('1 .. 3')
    expect(formatRange({ low: 2, mid: 2, high: 2 }, String)).toBe('2')
  })
})
