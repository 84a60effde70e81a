import { priceLock, priceLockText } from '../../catalog/prices/price-lock.ts'
import type { Host } from '../host.ts'
import { writeResult } from '../output.ts'
import { openPresets, type Presets } from '../presets.ts'
import { openSession, type ReportOptions } from '../reports.ts'
import { dayOf, timeOfRun } from '../run-time.ts'

export interface LockOptions {
  readonly output?: string
  readonly presets?: string
}

/** Writes the prices of today: of the cards of a spec, or of all. */
export async function runLock(
  reference: string | undefined,
  options: LockOptions,
  host: Host,
): Promise<void> {
  const { presets, gpus } = await wanted(reference, options, host)
  const { catalog } = presets
  const lock = priceLock(
    { lists: catalog.prices(), apis: catalog.apis() },
    dayOf(timeOfRun(host)),
    catalog.presetsVersion,
    gpus,
  )
  writeResult(host, options.output, priceLockText(lock))
}

async function wanted(
  reference: string | undefined,
  options: LockOptions,
  host: Host,
): Promise<{ presets: Presets; gpus: ReadonlySet<string> | null }> {
  const shared = options.presets === undefined ? {} : { presets: options.presets }
  if (reference === undefined) return { presets: await openPresets(host, shared), gpus: null }
  const flags: ReportOptions = { ...shared, format: 'table', timestamp: false }
  const { presets, stream } = await openSession(reference, flags, host)
  const gpus = new Set<string>()
  for (const item of stream.items) {
    if ('error' in item) throw item.error
    const entries = item.spec.hardware ?? presets.catalog.defaults().hardware
    for (const { gpu } of [entries].flat())
      for (const id of [gpu].flat()) gpus.add(presets.catalog.gpu(id).id)
  }
  return { presets, gpus }
}
