import type { PlanReport } from '../core/domain/report.ts'
import type { Render } from './renderer.ts'

/** Columns of the file: base units, the unit in the name, an empty cell where a figure is unknown. */
const columns: Readonly<Record<string, (plan: PlanReport) => string | number | boolean | null | undefined>> =
  {
    rank: (plan) => plan.rank,
    id: (plan) => plan.id,
    verdict: (plan) => plan.verdict,
    feasible: (plan) => plan.feasible,
    pareto: (plan) => plan.pareto,
    method: (plan) => plan.method,
    loraRank: (plan) => plan.lora?.rank,
    quantization: (plan) => plan.quantization?.type,
    stack: (plan) => plan.stack,
    gpu: (plan) => plan.gpu,
    gpuCount: (plan) => plan.gpuCount,
    nodes: (plan) => plan.nodes,
    provider: (plan) => plan.provider,
    commitment: (plan) => plan.commitment,
    owned: (plan) => plan.owned,
    sharding: (plan) => plan.sharding,
    precision: (plan) => plan.precision,
    optimizer: (plan) => plan.optimizer,
    microBatchSize: (plan) => plan.microBatchSize,
    gradientAccumulation: (plan) => plan.gradientAccumulation,
    sequenceLength: (plan) => plan.sequenceLength,
    gradientCheckpointing: (plan) => plan.gradientCheckpointing,
    allocatedBytes: (plan) => plan.memory?.allocatedBytes.mid,
    deviceBytes: (plan) => plan.memory?.deviceBytes.mid,
    requiredBytesMid: (plan) => plan.memory?.requiredBytes.mid,
    requiredBytesHigh: (plan) => plan.memory?.requiredBytes.high,
    capacityBytes: (plan) => plan.memory?.capacityBytes,
    fitProbability: (plan) => plan.memory?.fitProbability,
    stepSeconds: (plan) => plan.time?.stepSeconds.mid,
    tokensPerSecondPerGpu: (plan) => plan.time?.tokensPerSecondPerGpu.mid,
    totalSecondsLow: (plan) => plan.time?.totalSeconds.low,
    totalSeconds: (plan) => plan.time?.totalSeconds.mid,
    totalSecondsHigh: (plan) => plan.time?.totalSeconds.high,
    usdLow: (plan) => plan.cost.usd?.low,
    usd: (plan) => plan.cost.usd?.mid,
    usdHigh: (plan) => plan.cost.usd?.high,
    usdPerGpuHour: (plan) => plan.cost.price?.usdPerGpuHour,
    priceAsOf: (plan) => plan.cost.price?.asOf,
    energyKwh: (plan) => plan.cost.energyKwh,
    co2Kg: (plan) => plan.cost.co2Kg,
    retentionLow: (plan) => plan.retention?.low,
    retention: (plan) => plan.retention?.mid,
    retentionHigh: (plan) => plan.retention?.high,
    retentionGrade: (plan) => plan.retention?.grade,
  }

/** One cell after RFC 4180. */
function cell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return ''
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A line of a CSV file; cells are quoted where they need it. */
export const csvLine = (cells: readonly (string | number | boolean | null | undefined)[]): string =>
  `${cells.map(cell).join(',')}\r\n`

/** One plan a line with every figure. In a stream only the first report has the head, and each line begins with its place. */
export const csv: Render = ({ plans }, { position }) => {
  const place = position === null ? [] : [String(position + 1)]
  const head = position === null ? Object.keys(columns) : ['spec', ...Object.keys(columns)]
  const lines = plans.map((plan) => csvLine([...place, ...Object.values(columns).map((read) => read(plan))]))
  return [...(position === null || position === 0 ? [csvLine(head)] : []), ...lines].join('')
}
