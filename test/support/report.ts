import type { PlanReport, Report } from '../../src/core/domain/report.ts'
import { GIB } from '../../src/core/units.ts'

const around = (mid: number, spread = 0.1) => ({ low: mid * (1 - spread), mid, high: mid * (1 + spread) })

const forwardTerms = [
  { key: 'weights/base', bytes: 6 * GIB, formula: 'parameters x 0.5 B', source: 'dettmers-2023-qlora' },
  { key: 'activations/layers', bytes: 4 * GIB, formula: '32 checkpoints', source: 'korthikanti-2022' },
]

/** A plan with plausible figures; every test changes what it is about. */
export function planReport(changes: Partial<PlanReport> = {}): PlanReport {
  const bytes = 14 * GIB
  return {
    rank: 1,
    id: 'qlora-r16@trl/1xrtx4090/runpod#3f9c1a',
    kind: 'gpu',
    feasible: true,
    pareto: true,
    method: 'qlora',
    lora: {
      rank: 16,
      alpha: 32,
      targets: ['all-linear'],
      dropout: 0,
      variant: 'lora',
      trainableParameters: 41943040,
    },
    trainableParameters: 41943040,
    quantization: { type: 'nf4', doubleQuant: true },
    stack: 'trl',
    gpu: 'rtx4090',
    gpuCount: 1,
    nodes: 1,
    provider: 'runpod',
    commitment: 'on-demand',
    owned: false,
    sharding: 'none',
    parallelism: { tp: 1, pp: 1, cp: 1, ep: 1, dp: 1, shard: 'none' },
    precision: 'bf16-mixed',
    optimizer: 'adamw-fused',
    microBatchSize: 4,
    gradientAccumulation: 8,
    sequenceLength: 2048,
    gradientCheckpointing: 'full',
    attention: 'flash',
    loss: 'materialized',
    kernels: 'none',
    compile: false,
    offload: [],
    memory: {
      allocatedBytes: around(bytes),
      reservedBytes: around(bytes * 1.05),
      deviceBytes: around(bytes * 1.1),
      requiredBytes: around(bytes * 1.08),
      activationBytes: 4 * GIB,
      capacityBytes: 23.5 * GIB,
      fitProbability: 0.97,
      peakPhase: 'loss',
      hostBytes: 2 * GIB,
      hostTerms: [
        { key: 'weights/host', bytes: 2 * GIB, formula: 'one shard of the file', source: 'hf-docs' },
      ],
      phases: [
        {
          phase: 'forward',
          bytes: 10 * GIB,
          terms: forwardTerms,
        },
        {
          phase: 'loss',
          bytes,
          terms: [
            ...forwardTerms,
            { key: 'loss/logits', bytes: 4 * GIB, formula: 'tokens x vocabulary x 4 B', source: 'hf-docs' },
          ],
        },
      ],
    },
    time: {
      stepSeconds: around(20),
      tokensPerSecondPerGpu: around(3276.8),
      trainSeconds: around(7200),
      totalSeconds: around(7800),
      mfuFraction: 0.41,
      stepCount: 360,
      terms: [
        { key: 'compute/forward', seconds: 8, formula: '2 x parameters x tokens / rate', source: 'roofline' },
        { key: 'compute/backward', seconds: 12, formula: 'twice the forward', source: 'roofline' },
      ],
      runTerms: [
        { key: 'compute/steps', seconds: 7200, formula: '360 steps x 20 s', source: 'roofline' },
        { key: 'setup/start', seconds: 600, formula: 'start of the machine', source: 'assumption' },
      ],
    },
    cost: {
      usd: around(0.74),
      terms: [{ key: 'rent/gpu', usd: 0.74, formula: '2.17 h x 1 GPU x $0.34/h', source: 'runpod' }],
      price: {
        provider: 'runpod',
        usdPerGpuHour: 0.34,
        asOf: '2026-08-01',
        source: 'https://example.org/prices',
        commitment: 'on-demand',
        region: null,
        instance: null,
        reliability: 'high',
      },
      energyKwh: 1,
      co2Kg: 0.4,
    },
    retention: {
      low: 0.93,
      mid: 0.97,
      high: 1,
      grade: 'B',
      basis: ['qlora-2023-table-4'],
      score: null,
      gain: null,
    },
    hyperparameters: null,
    deployment: null,
    federated: null,
    mixture: null,
    constraints: [
      { name: 'budget.usd', limit: 500, value: 0.74, slack: 499.26, ok: true, level: 'error', atRisk: false },
    ],
    verdict: 'ok',
    notes: [],
    ...changes,
  }
}

/** A report of three plans: the winner, one without a price, one that does not fit. */
export function report(changes: Partial<Report> = {}): Report {
  return {
    $schema: 'https://example.org/report.schema.json',
    schemaVersion: '1.0',
    generator: { name: 'ftplan', version: '0.1.0' },
    generatedAt: '2026-09-01T00:00:00.000Z',
    spec: { model: { value: 'llama-3.1-8b', origin: 'file' } },
    model: {
      id: 'llama-3.1-8b',
      modelType: 'llama',
      parameters: {
        total: 8030261248,
        active: 8030261248,
        embedding: 525336576,
        head: 525336576,
        attention: 1342177280,
        mlp: 5637144576,
        router: 0,
        norm: 266240,
        other: 0,
      },
      quantizableParameters: 6979321856,
    },
    verdict: 'ok',
    plans: [planReport(), unpricedPlan(), misfit()],
    hiddenPlans: 4,
    candidates: 96,
    rejected: [
      {
        method: 'full',
        reason: 'does not fit on 1 x rtx4090: needs 61.2 GiB, has 23.5 GiB',
        relaxation: { text: 'one h100-sxm at lambda fits', usd: 9.5 },
        count: 12,
      },
    ],
    decision: {
      winner: 'qlora-r16@trl/1xrtx4090/runpod#3f9c1a',
      runnerUp: null,
      objective: 'balanced',
      because: ['cheapest of those that keep 95 % of the quality'],
      binding: 'memory of the card',
      robustness: 0.83,
      closeCall: false,
      flips: ['below $0.20/h an a100-80gb-sxm wins'],
      relaxations: [],
      cheapestPerMethod: [],
    },
    notes: [
      {
        code: 'price-stale',
        severity: 'warning',
        args: { provider: 'runpod', asOf: '2026-08-01', days: 31 },
        text: 'the price of runpod is of 2026-08-01, 31 days old: check it before you buy',
      },
    ],
    catalog: { pricesAsOf: '2026-08-01', presetsVersion: '0.1.0' },
    ...changes,
  }
}

const unpricedPlan = (): PlanReport => {
  const plan = planReport()
  return {
    ...plan,
    rank: 2,
    id: 'lora-r16@trl/1xa100-80gb-sxm/unpriced#77aa01',
    method: 'lora',
    quantization: null,
    gpu: 'a100-80gb-sxm',
    provider: null,
    commitment: null,
    pareto: false,
    cost: { usd: null, terms: [], price: null, energyKwh: null, co2Kg: null },
    retention: null,
    constraints: [
      { name: 'budget.usd', limit: 500, value: null, slack: null, ok: true, level: 'error', atRisk: false },
    ],
  }
}

const misfit = (): PlanReport => {
  const plan = planReport()
  const memory = plan.memory === null ? null : { ...plan.memory, requiredBytes: around(61.2 * GIB, 0.05) }
  return {
    ...plan,
    rank: 3,
    id: 'full@trl/1xrtx4090/runpod#0badc0',
    method: 'full',
    lora: null,
    quantization: null,
    feasible: false,
    pareto: false,
    memory,
    trainableParameters: 8030261248,
    verdict: 'no-fit',
    constraints: [
      {
        name: 'memory',
        limit: 23.5 * GIB,
        value: 64.26 * GIB,
        slack: -40.76 * GIB,
        ok: false,
        level: 'error',
        atRisk: false,
      },
    ],
  }
}
