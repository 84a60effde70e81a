import type { GpuNames } from '../../core/domain/price-import.ts'

interface Prices {
  readonly usd: number | null
  readonly spotUsd: number | null
}

interface Card extends Prices {
  readonly name: string
  readonly count: number
  readonly region: string
}

/** Sums of what is known: a machine whose card or host has no price has none. */
const sum = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b)

/** Google's price of cards and of the machines that carry them, put together. */
export class GoogleHosts {
  readonly #hosts = new Map<string, Prices>()
  readonly #single = new Map<string, Prices>()
  readonly #carriers: GpuNames['google_hosts']

  constructor(carriers: GpuNames['google_hosts']) {
    this.#carriers = carriers
  }

  addHost(instance: string, region: string, usd: number | null, spotUsd: number | null): void {
    const key = `${instance}/${region}`
    const earlier = this.#hosts.get(key)
    if (earlier === undefined || (spotUsd ?? Infinity) < (earlier.spotUsd ?? Infinity)) {
      this.#hosts.set(key, { usd, spotUsd })
    }
  }

  addCard({ name, count, region, usd, spotUsd }: Card): void {
    if (count === 1) this.#single.set(`${name}/${region}`, { usd, spotUsd })
  }

  /**
   * The machine with its cards: host and cards together; null where no host of this size is listed.
   *
   * A row of eight cards states the price of all eight. Where it equals that of one card it is taken for the price of each.
   */
  withHost<T extends Card>(card: T): (T & { readonly instance: string }) | null {
    const carrier = this.#carriers.find(({ name, count }) => name === card.name && count === card.count)
    const host = carrier === undefined ? undefined : this.#hosts.get(`${carrier.instance}/${card.region}`)
    if (carrier === undefined || host === undefined) return null
    const single = this.#single.get(`${card.name}/${card.region}`)
    const isEach = card.count > 1 && single !== undefined && single.usd === card.usd
    const times = isEach ? card.count : 1
    const all = (price: number | null) => (price === null ? null : price * times)
    return {
      ...card,
      instance: carrier.instance,
      usd: sum(all(card.usd), host.usd),
      spotUsd: sum(all(card.spotUsd), host.spotUsd),
    }
  }
}
