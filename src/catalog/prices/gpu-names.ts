import type { Gpu } from '../../core/domain/gpu.ts'
import type { GpuNames } from '../../core/domain/price-import.ts'
import { GIB } from '../../core/units.ts'

/** What a price list says about the card of a row. */
export interface CardHint {
  readonly provider: string
  readonly name: string
  readonly instance: string
  /** Memory of one card where the list can be trusted; null otherwise. */
  readonly memoryGib: number | null
}

/** The card that a price list means, or why it cannot be told. */
export type NamedCard = { readonly gpu: string } | { readonly wrong: string }

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/nvidia|geforce|tesla|generation/g, '')
    .replaceAll(/[^a-z0-9]/g, '')

/** How a card is built: what distinguishes variants of one chip. */
const forms = ['sxm', 'pcie', 'nvl', 'ws', 'se'] as const
type Form = (typeof forms)[number]

const formWords: Readonly<Record<string, Form>> = {
  sxm: 'sxm',
  sxm2: 'sxm',
  sxm3: 'sxm',
  sxm4: 'sxm',
  sxm5: 'sxm',
  pcie: 'pcie',
  nvl: 'nvl',
  ws: 'ws',
  wk: 'ws',
  se: 'se',
  server: 'se',
}

interface Traits {
  /** The chip without form and memory: `a100`, `rtxpro6000`. */
  readonly chip: string
  readonly form: Form | null
  readonly memoryGib: number | null
}

/** Reads chip, form and memory from a name such as `A100-80GB-SXM`, `a100-pcie-80` or `RTX_4060_Ti`. */
function traitsOf(name: string): Traits {
  let form: Form | null = null
  let memoryGib: number | null = null
  const rest: string[] = []
  const words = name.toLowerCase().split(/[^a-z0-9]+/)
  for (const [index, word] of words.entries()) {
    const known = formWords[word]
    const memory = /^(\d{2,3})(g|gb)?$/.exec(word)
    if (known !== undefined && index > 0) form = known
    else if (memory !== null && index > 0 && (memory[2] !== undefined || index === words.length - 1)) {
      memoryGib = Number(memory[1])
    } else rest.push(word)
  }
  return { chip: plain(rest.join('')), form, memoryGib }
}

/** Price lists give memory in rounded GB, drivers report a little less. */
const MEMORY_TOLERANCE = 0.1

const hasMemory = (gpu: Gpu, memoryGib: number | null): boolean =>
  memoryGib === null || Math.abs(gpu.memoryBytes / GIB / memoryGib - 1) <= MEMORY_TOLERANCE

/** Finds the card that a price list means. */
export class CardNamer {
  readonly #names: GpuNames
  readonly #gpus: readonly { readonly gpu: Gpu; readonly traits: Traits; readonly words: readonly string[] }[]

  constructor(names: GpuNames, gpus: readonly Gpu[]) {
    this.#names = names
    this.#gpus = gpus.map((gpu) => ({
      gpu,
      traits: traitsOf(gpu.id),
      words: [gpu.id, gpu.name, ...gpu.aliases].map(plain),
    }))
  }

  card(hint: CardHint): NamedCard {
    const rule = this.#names.names.find(
      ({ provider, name, instance }) =>
        provider === hint.provider &&
        plain(name) === plain(hint.name) &&
        (instance === undefined || plain(hint.instance).startsWith(plain(instance))),
    )
    if (rule !== undefined) return { gpu: rule.gpu }
    const found = this.#candidates(hint)
    const first = found[0]
    if (first === undefined) return { wrong: `no GPU on file is called ${hint.name}` }
    if (found.length === 1) return { gpu: first.id }
    const ids = found.map(({ id }) => id).join(' or ')
    return { wrong: `${hint.name} may be ${ids}` }
  }

  #candidates({ name, memoryGib: stated }: CardHint): Gpu[] {
    const word = plain(name)
    const traits = traitsOf(name)
    const memory = stated ?? traits.memoryGib
    const possible = this.#gpus.filter(({ gpu, words, traits: own }) => {
      const isNamed = words.includes(word) || own.chip === traits.chip || words.includes(traits.chip)
      return isNamed && hasMemory(gpu, memory)
    })
    const sameForm = possible.filter(({ traits: own }) => own.form === traits.form)
    const chosen = traits.form === null ? possible : sameForm
    // A card that bears the name itself is meant before its variants: plain H200 is the SXM card.
    const exact = chosen.filter(({ words }) => words.includes(word))
    return (exact.length > 0 ? exact : chosen).map(({ gpu }) => gpu)
  }
}
