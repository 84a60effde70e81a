import { offersOfList } from '../../core/cost/offers.ts'
import type { Library } from '../../core/domain/library.ts'
import type { Offer } from '../../core/domain/offer.ts'
import type { PriceLock } from '../../core/domain/price-import.ts'

/** Every way to rent a card under a lock. */
export const lockedOffers = (lock: PriceLock, gpuId: string): Offer[] =>
  lock.prices.flatMap(offersOfList).filter(({ gpu }) => gpu === gpuId)

/** A library whose prices are those of a lock: everything else is looked up as before. */
export function lockedLibrary(library: Library, lock: PriceLock): Library {
  const locked: Library = Object.create(library)
  return Object.assign(locked, {
    priceOrigin: () => 'lock',
    apis: () => lock.apis,
    offers: (gpuId: string) => lockedOffers(lock, library.gpu(gpuId).id),
  })
}
