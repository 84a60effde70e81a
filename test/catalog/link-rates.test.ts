import { describe, expect, it } from 'vitest'
import { GB } from '../../src/core/units.ts'
import { packagedCatalog } from '../support/compiled-presets.ts'

const catalog = await packagedCatalog()

describe('link rates', () => {
  const rates = catalog.linkRates()

  it('gives a slot with eight lanes half of the rate of sixteen', () => {
    expect(rates.pcieBytesPerSecond('4.0 x16')).toBe(31 * GB)
    expect(rates.pcieBytesPerSecond('4.0 x8')).toBe(15.5 * GB)
  })

  it('knows every slot and the network of every card on file', () => {
    for (const id of catalog.ids('gpus')) {
      const gpu = catalog.gpu(id)
      if (gpu.pcie !== null) expect(rates.pcieBytesPerSecond(gpu.pcie)).toBeGreaterThan(1e9)
      expect(rates.interNodeBytesPerSecond(gpu)).toBeGreaterThan(1e9)
    }
  })

  it('takes the first network row that matches: gb300 is faster than gb200', () => {
    expect(rates.interNodeBytesPerSecond(catalog.gpu('gb200'))).toBe(50 * GB)
    expect(rates.interNodeBytesPerSecond(catalog.gpu('gb300'))).toBe(100 * GB)
  })
})
