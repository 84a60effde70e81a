import * as z from 'zod'
import { methodIds } from './method.ts'
import { MeasuredFigures } from './run.ts'
import { Spec } from './spec.ts'
import { fraction, taskIds } from './spec-values.ts'

const positive = z.number().positive()
const nonNegative = z.number().nonnegative()
const range = z.strictObject({ low: nonNegative, mid: nonNegative, high: nonNegative })

/** What a method trains and on which base: plans of one class share their habits. */
export const methodClasses = ['weights', 'adapters', 'quantized-adapters'] as const
export type MethodClass = (typeof methodClasses)[number]

/** A run as its owner writes it down. The rows of `presets/runs` are such runs too. */
export const OwnRunRow = z.strictObject({
  id: z.string().min(1).max(200).optional(),
  group: z.string().optional(),
  url: z.string().optional(),
  quality: z.string().optional(),
  /** A spec, or the path of one; without it the spec of `--spec`. */
  spec: z.union([z.string().min(1).max(1000), z.record(z.string(), z.unknown())]).optional(),
  measured: MeasuredFigures.default({}),
  /** The run ended out of memory: its peak is above the card. */
  oom: z.boolean().default(false),
  note: z.string().max(2000).optional(),
})
export type OwnRunRow = z.output<typeof OwnRunRow>

/** What the packaged formulas say of an own run, before any correction. */
const OwnPrediction = z.strictObject({
  /** Weights on the card: known exactly, so no correction touches them. */
  weight_bytes: nonNegative,
  capacity_bytes: positive,
  allocated_bytes: range,
  reserved_bytes: range,
  device_bytes: range,
  required_bytes: range,
  fit_probability: nonNegative,
  step_seconds: range,
  tokens_per_second_per_gpu: range,
  gradient_accumulation: positive,
})
export type OwnPrediction = z.output<typeof OwnPrediction>

const OwnRun = z.strictObject({
  name: z.string(),
  /** File that the run was read from: its runs are replaced when it is read again. */
  from: z.string(),
  stack: z.string(),
  method_class: z.enum(methodClasses),
  gpu: z.string(),
  spec: Spec,
  measured: MeasuredFigures,
  oom: z.boolean(),
  predicted: OwnPrediction,
})
export type OwnRun = z.output<typeof OwnRun>

const OwnScore = z.strictObject({
  method: z.enum(methodIds),
  task: z.enum(taskIds).nullable(),
  rank: z.number().int().positive().nullable(),
  full: fraction,
  score: fraction,
  n: z.number().int().positive(),
})
export type OwnScore = z.output<typeof OwnScore>

/** `calibration-own.yaml`: the runs and scores that a user measured. Corrections are computed from them, never stored. */
export const OwnCalibration = z.strictObject({
  version: z.literal(1),
  /** Program and presets that the predictions are from. */
  predicted_by: z.string(),
  runs: z.array(OwnRun),
  scores: z.array(OwnScore),
})
export type OwnCalibration = z.output<typeof OwnCalibration>

/** presets/calibration/own-runs.yaml: how much own runs scatter around their own offset. */
export const OwnRunRules = z.strictObject({
  /** Standard deviation of ln(measured / predicted) among runs of one user and stack. */
  scatter: z.strictObject({ time: positive, memory: positive }),
  /** How many runs the scatter above counts as when own runs scatter more. */
  scatter_runs: positive,
  /** Runs of one method class from which it has a correction of its own. */
  class_runs: z.number().int().positive(),
  /** A measurement this many times off is of another run, or in another unit. */
  implausible_factor: z.number().min(1),
  sources: z.array(z.string()).min(1),
})
export type OwnRunRules = z.output<typeof OwnRunRules>
