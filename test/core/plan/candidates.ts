import fc from 'fast-check'
import type { Candidate, Limits } from '../../../src/core/domain/decision.ts'
import { GIB } from '../../../src/core/units.ts'

const range = (mid: number, spread = 0.1) => ({ low: mid * (1 - spread), mid, high: mid * (1 + spread) })

interface Figures {
  usd?: number | null
  hours?: number | null
  /** low, mid, high */
  retention?: readonly [number, number, number] | null
  gib?: number
  capacityGib?: number
  method?: string
  trains?: Candidate['trains']
}

/** A candidate of a few figures; the rest is ordinary. */
export function candidate(id: string, figures: Figures = {}, changes: Partial<Candidate> = {}): Candidate {
  const {
    usd = 40,
    hours = 4,
    retention = [0.9, 0.95, 1],
    gib = 20,
    capacityGib = 24,
    method = 'qlora',
  } = figures
  return {
    id,
    label: method,
    place: `1 x card of ${capacityGib} GiB`,
    method,
    trains: figures.trains ?? (method === 'full' ? 'all' : 'adapters'),
    quantizedBase: method === 'qlora',
    rank: method === 'full' ? null : 16,
    trainsVocabulary: false,
    capacityRatio: method === 'full' ? null : 0.5,
    usd: usd === null ? null : range(usd),
    seconds: hours === null ? null : range(hours * 3600),
    retention:
      retention === null
        ? null
        : { low: retention[0], mid: retention[1], high: retention[2], grade: 'B', basis: ['kind math'] },
    memory: { requiredBytes: range(gib * GIB, 0.05), capacityBytes: capacityGib * GIB, fitProbability: 0.97 },
    gpu: 'card',
    gpuCount: 1,
    provider: 'somewhere',
    usdPerGpuHour: 2,
    ...changes,
  }
}

export const noLimits: Limits = {
  usd: null,
  hours: null,
  budgetLevel: 'error',
  minRetention: null,
  retentionBasis: 'mid',
  qualityLevel: 'error',
  needs: [],
  risk: 'high',
  maxCapacityRatio: null,
}

const coarse = (max: number) => fc.integer({ min: 1, max })
const retentions = fc.option(
  fc.tuple(coarse(20), coarse(20), coarse(20)).map((parts) => {
    const [low = 0, mid = 0, high = 0] = parts.map((part) => 0.8 + part / 100).sort()
    return [low, mid, high] as const
  }),
  { nil: null, freq: 8 },
)

/** Sets with many ties and some unknown figures. */
export const candidateSets = (maxLength = 40) =>
  fc
    .array(
      fc.record({
        usd: fc.option(coarse(30), { nil: null, freq: 8 }),
        hours: fc.option(coarse(30), { nil: null, freq: 8 }),
        retention: retentions,
        gib: fc.integer({ min: 10, max: 30 }),
        method: fc.constantFrom('full', 'lora', 'qlora'),
      }),
      { minLength: 1, maxLength },
    )
    .map((all) => all.map((figures, index) => candidate(`plan-${index}`, figures)))
