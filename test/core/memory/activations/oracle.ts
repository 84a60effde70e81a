import { readFileSync } from 'node:fs'
import { adapters, architectureOf } from '../../../../src/core/architecture/index.ts'
import type { Architecture } from '../../../../src/core/domain/architecture.ts'
import { bytesAt } from '../../../../src/core/memory/activations/footprint.ts'
import type { ActivationInputs, KeyedFootprint } from '../../../../src/core/memory/activations/model.ts'
import { activationHabits, plainMemoryHabits } from '../../../../src/core/memory/habits.ts'

interface Table {
  readonly columns: readonly string[]
  readonly configs: Readonly<Record<string, Record<string, unknown>>>
  readonly rows: readonly (readonly (string | number)[])[]
}

export type Row = Readonly<Record<string, string | number>>

/** A file of test/oracle as records. */
export function readOracle(name: string): { rows: Row[]; configs: Table['configs'] } {
  const url = new URL(`../../../oracle/${name}.json`, import.meta.url)
  const table = JSON.parse(readFileSync(url, 'utf8')) as Table
  const rows = table.rows.map((row) =>
    Object.fromEntries(table.columns.map((column, index) => [column, row[index] ?? ''])),
  )
  return { rows, configs: table.configs }
}

const known = new Map<string, Architecture>()

export function architectureFor(config: Record<string, unknown>): Architecture {
  const key = JSON.stringify(config)
  const architecture = known.get(key) ?? architectureOf(config)
  known.set(key, architecture)
  return architecture
}

const precision: ActivationInputs['precision'] = {
  name: 'custom',
  weights: 'bf16',
  autocast: 'none',
  adapters: 'fp32',
  master: false,
  fp8: false,
}

/** The habits of a bare loop. */
export const plainHabits = activationHabits(plainMemoryHabits, {
  architecture: { finalNorm: null },
  quantization: null,
  precision,
})

/** A bare loop in bf16 that trains everything; tests change what they are about. */
export const fullInputs = (architecture: Architecture): ActivationInputs => ({
  architecture,
  trains: 'all',
  lora: null,
  adaptedLinears: new Set(),
  quantization: null,
  precision,
  attention: 'sdpa',
  loss: 'materialized',
  kernels: 'none',
  compile: false,
  gradientCheckpointing: 'none',
  reentrantCheckpointing: false,
  kbitUpcast: false,
  padded: false,
  sequenceLength: 512,
  microBatchSize: 1,
  trainableLayers: null,
  habits: plainHabits,
})

export const loraInputs = (
  architecture: Architecture,
  { rank = 16, dropout = 0, targets = ['all-linear'] as readonly string[] } = {},
): ActivationInputs => ({
  ...fullInputs(architecture),
  trains: 'adapters',
  lora: { rank, dropout, variant: 'lora', trainModules: [] },
  adaptedLinears: new Set(adapters(architecture, { rank, targets }).linears.map(({ linear }) => linear.name)),
})

const queryAndValue: Readonly<Record<string, string[]>> = {
  phi3: ['qkv_proj'],
  gpt2: ['c_attn'],
  gpt_neox: ['query_key_value'],
  falcon: ['query_key_value'],
}

/** The settings that a mode's name stands for, e.g. lora_all_r16_fp32adapters_amp_d05. */
export function inputsOfMode(mode: string, architecture: Architecture): ActivationInputs {
  const full = fullInputs(architecture)
  if (mode.startsWith('full')) {
    const weights = mode.includes('fp32') ? 'fp32' : 'bf16'
    const autocast = mode.includes('fp32_amp') ? 'bf16' : 'none'
    return { ...full, precision: { ...full.precision, weights, autocast } }
  }
  const some = queryAndValue[architecture.modelType] ?? ['q_proj', 'v_proj']
  const lora = loraInputs(architecture, {
    rank: Number(/_r(\d+)/.exec(mode)?.[1]),
    dropout: mode.includes('d05') ? 0.05 : 0,
    targets: mode.includes('_qv_') ? some : ['all-linear'],
  })
  const quantized = mode.startsWith('qlora')
  return {
    ...lora,
    quantization: quantized ? 'nf4' : null,
    kbitUpcast: quantized && !mode.includes('nokbitprep'),
    precision: {
      ...lora.precision,
      autocast: mode.includes('_amp') ? 'bf16' : 'none',
      adapters: mode.includes('bf16adapters') ? 'bf16' : 'fp32',
    },
  }
}

/** The settings of a row. */
export function inputsOfRow(row: Row, architecture: Architecture): ActivationInputs {
  const inputs = inputsOfMode(String(row.mode ?? row.setting), architecture)
  return {
    ...inputs,
    attention: row.attention === 'eager' ? 'eager' : 'sdpa',
    gradientCheckpointing: row.checkpointing === 'full' ? 'full' : 'none',
    padded: row.variant === 'padded',
    sequenceLength: Number(row.sequence),
    microBatchSize: Number(row.batch),
    habits: { ...plainHabits, repeatsKeyValue: row.variant === 'repeated' },
  }
}

/** Bytes of a list at a micro-batch. */
export const totalAt = (list: readonly KeyedFootprint[], microBatch: number, sequence: number): number =>
  list.reduce((sum, { footprint }) => sum + bytesAt(footprint, microBatch, sequence), 0)
