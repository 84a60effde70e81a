import type { Library } from '../../core/domain/library.ts'
import type { PriceLock } from '../../core/domain/price-import.ts'
import { lockedOffers } from './price-lock.ts'

/** A library whose prices are those of a lock: everything else is looked up as before. */
export function lockedLibrary(library: Library, lock: PriceLock): Library {
  const locked: Library = Object.create(library)
  return Object.assign(locked, {
    offers: (gpuId: string) => lockedOffers(lock, library.gpu(gpuId).id),
  })
}
