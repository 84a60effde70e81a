import * as z from 'zod'
import { phases } from './estimates.ts'
import {
  BaselineReport,
  DeploymentReport,
  FederatedReport,
  HyperparametersReport,
  MixtureReport,
} from './report-advice.ts'
import { costTerm, memoryTerm, rangeReport as range, timeTerm } from './report-terms.ts'

export const MemoryReport = z.object({
  allocatedBytes: range,
  reservedBytes: range,
  deviceBytes: range,
  requiredBytes: range,
  activationBytes: z.number(),
  capacityBytes: z.number(),
  fitProbability: z.number(),
  peakPhase: z.enum(phases),
  hostBytes: z.number(),
  hostTerms: z.array(memoryTerm),
  phases: z.array(z.object({ phase: z.enum(phases), bytes: z.number(), terms: z.array(memoryTerm) })),
})

export const TimeReport = z.object({
  stepSeconds: range,
  tokensPerSecondPerGpu: range,
  trainSeconds: range,
  totalSeconds: range,
  mfuFraction: z.number(),
  stepCount: z.number(),
  terms: z.array(timeTerm),
  runTerms: z.array(timeTerm),
})

export const CostReport = z.object({
  usd: range.nullable(),
  terms: z.array(costTerm),
  price: z
    .object({
      provider: z.string(),
      usdPerGpuHour: z.number(),
      asOf: z.string().nullable(),
      source: z.string(),
      commitment: z.string(),
      region: z.string().nullable(),
      instance: z.string().nullable(),
      reliability: z.string(),
    })
    .nullable(),
  energyKwh: z.number().nullable(),
  co2Kg: z.number().nullable(),
})

export const RetentionReport = z.object({
  low: z.number(),
  mid: z.number(),
  high: z.number(),
  grade: z.enum(['A', 'B', 'C', 'D']),
  basis: z.array(z.string()),
  /** Expected score; null without the user's score of full fine-tuning (`quality.full_score`). */
  score: range.nullable(),
  /** Share of full fine-tuning's gain over the base model; null without both scores. */
  gain: range.nullable(),
})

export const ConstraintReport = z.object({
  name: z.string(),
  limit: z.number(),
  value: z.number().nullable(),
  slack: z.number().nullable(),
  ok: z.boolean(),
  level: z.enum(['error', 'warn']),
  /** Holds in the middle, but the unfavourable end of the range breaks it. */
  atRisk: z.boolean(),
})

const notes = z.array(
  z.object({
    code: z.string(),
    severity: z.string(),
    args: z.record(z.string(), z.union([z.string(), z.number()])),
    text: z.string(),
  }),
)

const relaxation = z.object({ text: z.string(), usd: z.number().nullable() })

export const PlanReport = z.object({
  rank: z.number().int(),
  id: z.string(),
  /** `gpu`: a plan that runs on rented or own GPUs; `api`: a per-token fine-tuning service. */
  kind: z.enum(['gpu', 'api']),
  feasible: z.boolean(),
  pareto: z.boolean(),
  method: z.string(),
  lora: z
    .object({
      rank: z.number(),
      alpha: z.number(),
      targets: z.array(z.string()),
      dropout: z.number(),
      variant: z.string(),
      trainableParameters: z.number(),
    })
    .nullable(),
  trainableParameters: z.number().nullable(),
  quantization: z.object({ type: z.string(), doubleQuant: z.boolean() }).nullable(),
  stack: z.string(),
  gpu: z.string().nullable(),
  gpuCount: z.number().int().nullable(),
  nodes: z.number().int().nullable(),
  provider: z.string().nullable(),
  commitment: z.string().nullable(),
  owned: z.boolean(),
  sharding: z.string(),
  parallelism: z
    .object({
      tp: z.number(),
      pp: z.number(),
      cp: z.number(),
      ep: z.number(),
      dp: z.number(),
      shard: z.string(),
    })
    .nullable(),
  precision: z.string(),
  optimizer: z.string(),
  microBatchSize: z.number().int().nullable(),
  gradientAccumulation: z.number().int().nullable(),
  sequenceLength: z.number().int(),
  gradientCheckpointing: z.string(),
  attention: z.string(),
  loss: z.string(),
  kernels: z.string(),
  compile: z.boolean(),
  offload: z.array(z.string()),
  memory: MemoryReport.nullable(),
  time: TimeReport.nullable(),
  cost: CostReport,
  retention: RetentionReport.nullable(),
  /** Null where a service chooses the settings. */
  hyperparameters: HyperparametersReport.nullable(),
  /** Null where a service hosts the result. */
  deployment: DeploymentReport.nullable(),
  /** Null without `federated` in the spec. */
  federated: FederatedReport.nullable(),
  /** Null with one adapter or none (`training.lora.count`). */
  mixture: MixtureReport.nullable(),
  /** Only where another formula was asked for (`explain --baseline`). */
  baseline: BaselineReport.optional(),
  constraints: z.array(ConstraintReport),
  verdict: z.string(),
  notes,
})
export type PlanReport = z.output<typeof PlanReport>

export const verdicts = ['ok', 'no-fit', 'over-budget', 'too-slow', 'too-lossy', 'infeasible'] as const
export type Verdict = (typeof verdicts)[number]

/** The result of `estimate`: every output format renders this object. Only additions within one major schemaVersion. */
export const Report = z.object({
  $schema: z.string(),
  schemaVersion: z.string(),
  generator: z.object({ name: z.string(), version: z.string() }),
  generatedAt: z.string().optional(),
  /** Resolved: every value with its origin (flag, env, file, preset, default). */
  spec: z.record(z.string(), z.unknown()),
  model: z.object({
    id: z.string().nullable(),
    modelType: z.string(),
    parameters: z.object({
      total: z.number(),
      active: z.number(),
      embedding: z.number(),
      head: z.number(),
      attention: z.number(),
      mlp: z.number(),
      router: z.number(),
      norm: z.number(),
      other: z.number(),
    }),
    quantizableParameters: z.number(),
  }),
  verdict: z.enum(verdicts),
  plans: z.array(PlanReport),
  /** Plans that exist but are not shown (`--top`). */
  hiddenPlans: z.number().int(),
  /** Every candidate that was estimated, the pruned ones included. */
  candidates: z.number().int(),
  rejected: z.array(
    z.object({
      method: z.string(),
      reason: z.string(),
      relaxation: relaxation.nullable(),
      count: z.number().int(),
    }),
  ),
  decision: z.object({
    winner: z.string().nullable(),
    runnerUp: z.string().nullable(),
    objective: z.string(),
    because: z.array(z.string()),
    binding: z.string().nullable(),
    robustness: z.number().nullable(),
    /** Another plan wins in many of the varied runs: both are worth a look. */
    closeCall: z.boolean(),
    flips: z.array(z.string()),
    /** Smallest changes that would make something feasible, cheapest first; empty when something is. */
    relaxations: z.array(relaxation),
    /** Of each method the cheapest plan that meets the constraints, whatever the objective is. */
    cheapestPerMethod: z.array(
      z.object({
        method: z.string(),
        plan: z.string(),
        label: z.string(),
        place: z.string(),
        usd: z.number(),
        seconds: z.number().nullable(),
        /** False where the cost leaves out what own hardware costs, because nobody stated it. */
        complete: z.boolean(),
      }),
    ),
  }),
  notes,
  catalog: z.object({ pricesAsOf: z.string().nullable(), presetsVersion: z.string() }),
})
export type Report = z.output<typeof Report>
