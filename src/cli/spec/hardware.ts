import { isRecord } from '../../core/is-record.ts'
import { type Draft, withSetting } from './draft.ts'
import type { HardwareSettings } from './settings.ts'

type Entry = Readonly<Record<string, unknown>>

/**
 * The draft with the hardware that flags ask for. `--gpu` names the cards to keep or to add; the other flags replace their key in every
 * entry that is left. Without any hardware in the file they apply to the documented default list.
 */
export function withHardware(
  draft: Draft,
  { gpus, settings, origin }: HardwareSettings,
  defaultHardware: () => readonly unknown[],
): Draft {
  if (gpus.length === 0 && settings.length === 0) return draft
  const stated = entriesOf(isRecord(draft.value) ? draft.value.hardware : undefined)
  const kept = gpus.length === 0 ? stated : gpus.flatMap((gpu) => entriesFor(gpu, stated))
  const entries = kept.length === 0 ? defaultHardware() : kept
  const value = entries.map((entry) => (isRecord(entry) ? changed(entry, settings) : entry))
  const place = settings[0]?.place ?? (origin === 'flag' ? '--gpu' : 'FTPLAN_GPU')
  const placed = withSetting(draft, { path: 'hardware', value, origin, place })
  return { ...placed, places: { ...placed.places, ...placesOf(value.length, settings) } }
}

const entriesOf = (hardware: unknown): readonly unknown[] =>
  hardware === undefined || hardware === null ? [] : Array.isArray(hardware) ? hardware : [hardware]

/** The file's entries for this card, narrowed to it; a new one when the file has none. */
function entriesFor(gpu: string, entries: readonly unknown[]): Entry[] {
  const found = entries.filter((entry): entry is Entry => {
    if (!isRecord(entry)) return false
    return Array.isArray(entry.gpu) ? entry.gpu.includes(gpu) : entry.gpu === gpu
  })
  return found.length === 0 ? [{ gpu }] : found.map((entry) => ({ ...entry, gpu }))
}

/** Own cards have no provider and rented ones have: the flag decides over the file. */
function changed(entry: Entry, settings: HardwareSettings['settings']): Entry {
  const changes = Object.fromEntries(settings.map(({ path, value }) => [path, value]))
  const { owned, provider, commitment, region, ...rest } = entry
  if (changes.owned === true) return { ...rest, ...changes }
  const rented = {
    ...(provider === undefined ? {} : { provider }),
    ...(commitment === undefined ? {} : { commitment }),
    ...(region === undefined ? {} : { region }),
  }
  const payment = 'provider' in changes || owned === undefined ? rented : { ...rented, owned }
  return { ...rest, ...payment, ...changes }
}

const placesOf = (count: number, settings: HardwareSettings['settings']): Record<string, string> =>
  Object.fromEntries(
    settings.flatMap(({ path, place }) =>
      Array.from({ length: count }, (_, i) => [`hardware.${i}.${path}`, place]),
    ),
  )
