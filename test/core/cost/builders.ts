import type { Artifacts, CostInput, CostOptions } from '../../../src/core/domain/bill.ts'
import { Market } from '../../../src/core/domain/bill.ts'
import type { TimeEstimate } from '../../../src/core/domain/estimates.ts'
import { Gpu } from '../../../src/core/domain/gpu.ts'
import type { Offer } from '../../../src/core/domain/offer.ts'
import type { Hardware } from '../../../src/core/domain/plan.ts'
import { GIB } from '../../../src/core/units.ts'

/** A card of 1000 W and 80 GiB. */
export const card: Gpu = Gpu.parse({
  id: 'h100-sxm',
  name: 'H100',
  vendor: 'nvidia',
  architecture: 'hopper',
  compute_capability: '9.0',
  memory_mib: 81920,
  memory_confidence: 'high',
  memory_gb_per_s: 3350,
  bf16_tflops: 989,
  fp16_tflops: 989,
  fp32_tflops: 67,
  tf32_tflops: 494,
  fp8_tflops: 1979,
  bf16_native: true,
  link: null,
  pcie: '5.0 x16',
  pcie_peer_access: true,
  tdp_w: 1000,
  gpus_per_node: [1, 8],
  release_year: 2022,
  aliases: [],
  confidence: 'high',
  sources: {},
})

export const market: Market = Market.parse({
  storage: [
    {
      id: 's3',
      provider: 'aws',
      kind: 'object',
      usd_per_gb_month: 0.02,
      as_of: '2026',
      source: 'list',
      reliability: 'high',
    },
    {
      id: 'gcs',
      provider: 'gcp',
      kind: 'object',
      usd_per_gb_month: 0.03,
      as_of: '2026',
      source: 'list',
      reliability: 'high',
    },
    {
      id: 'r2',
      provider: 'cloudflare',
      kind: 'object',
      usd_per_gb_month: 0.01,
      as_of: '2026',
      source: 'list',
      reliability: 'high',
    },
    {
      id: 'volume',
      provider: 'runpod',
      kind: 'file',
      usd_per_gb_month: 0.07,
      as_of: null,
      source: 'list',
      reliability: 'low',
    },
  ],
  egress: [
    {
      id: 'aws internet',
      provider: 'aws',
      kinds: [],
      usd_per_gb: 0.09,
      free_gb_per_month: 100,
      as_of: null,
      source: 'list',
      reliability: 'medium',
    },
    {
      id: 'most GPU clouds',
      provider: null,
      kinds: ['gpu-cloud', 'marketplace'],
      usd_per_gb: 0,
      free_gb_per_month: 0,
      as_of: null,
      source: 'list',
      reliability: 'medium',
    },
  ],
  power: {
    gpu_utilization: { low: 0.7, mid: 0.8, high: 0.9 },
    host_fraction: { low: 0, mid: 0.25, high: 0.5 },
    pue: { hyperscaler: 1.1, 'gpu-cloud': 1.25, marketplace: 1.25, owned: 1 },
    source: 'power',
  },
  carbon: {
    regions: { 'gcp:us-central1': { g_per_kwh: 430, source: 'grid' } },
    countries: { FIN: 79, USA: 369.5, CAN: 170, NOR: 30 },
    country_source: 'countries',
    region_countries: { FIN: 'FIN', CANADA: 'CAN', NORWAY: 'NOR' },
  },
  spot_interruption: {
    rows: [
      { provider: 'aws', region: 'us-east-1', instance: 'p5.48xlarge', monthly: { low: 0.2, high: null } },
      { provider: 'aws', region: 'us-west-2', instance: 'p5.48xlarge', monthly: { low: 0.05, high: 0.15 } },
      { provider: 'aws', region: 'us-east-1', instance: 'p4d.24xlarge', monthly: { low: 0, high: 0.05 } },
    ],
    open_share: { mid: 0.25, high: 0.5 },
    held_hours: { low: 730.5, mid: 730.5, high: 24 },
    assumed_per_hour: { low: 0.001, mid: 0.01, high: 0.1 },
    assumed_source: 'judgement',
    as_of: '2025-07-28',
    source: 'spot advisor',
  },
})

export const offer = (change: Partial<Offer> = {}): Offer => ({
  provider: 'runpod',
  providerKind: 'gpu-cloud',
  gpu: 'h100-sxm',
  gpuCount: 1,
  instance: null,
  region: null,
  commitment: 'on-demand',
  usdPerGpuHour: 2,
  asOf: '2026-11-20',
  source: 'list',
  reliability: 'high',
  note: null,
  ...change,
})

export const hardware = (change: Partial<Hardware> = {}): Hardware => ({
  gpu: card,
  gpuCount: 1,
  nodes: 1,
  gpusPerNode: 1,
  capacityBytes: 80 * GIB,
  interconnect: { kind: 'nvlink', bytesPerSecond: 450e9, peerAccess: true, interNodeBytesPerSecond: null },
  owned: false,
  offer: offer(),
  provider: 'runpod',
  commitment: 'on-demand',
  region: null,
  reclaims: null,
  siblings: [],
  ...change,
})

/** A run of so many hours of training, with start-up and evaluation beside it. */
export const time = (hours: {
  train: number
  setup?: number
  evaluation?: number
  interruption?: number
  spread?: number
}): TimeEstimate => {
  const { train, setup = 0, evaluation = 0, interruption = 0, spread = 0 } = hours
  const range = (mid: number) => ({ low: mid * (1 - spread), mid, high: mid * (1 + spread) })
  const term = (key: string, amount: number) => ({ key, amount, formula: key, source: 'test' })
  const seconds = train * 3600
  return {
    stepSeconds: range(10),
    tokensPerSecondPerGpu: range(1000),
    trainSeconds: range(seconds),
    totalSeconds: range((train + setup + evaluation + interruption) * 3600),
    mfuFraction: 0.4,
    stepCount: seconds / 10,
    terms: [],
    runTerms: [
      term('compute/forward', seconds),
      term('setup/start', setup * 3600),
      term('evaluation/loss', evaluation * 3600),
      term('interruption/spot', interruption * 3600),
    ],
    notes: [],
  }
}

export const options = (change: Partial<CostOptions> = {}): CostOptions => ({
  setupHours: 0,
  failedRunFraction: 0,
  experiments: 1,
  search: null,
  storage: false,
  egress: false,
  deployment: null,
  ownership: {
    purchaseUsd: null,
    lifetimeYears: null,
    hoursPerYear: null,
    watts: null,
    pue: null,
    usdPerKwh: null,
    co2GramsPerKwh: null,
  },
  ...change,
})

const artifacts: Artifacts = {
  checkpointBytes: 50e9,
  keptCheckpoints: 2,
  resultBytes: 16e9,
  servingBytes: 16e9,
}

export const input = (change: Partial<CostInput> = {}): CostInput => ({
  time: time({ train: 10 }),
  hardware: hardware(),
  options: options(),
  market,
  artifacts,
  asOf: '2026-11-24',
  ...change,
})
