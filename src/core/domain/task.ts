import * as z from 'zod'
import { methodIds } from './method.ts'
import { loraVariants, quantizationTypes, taskIds } from './spec-values.ts'

export const grades = ['A', 'B', 'C', 'D'] as const
/**
 * How good the evidence is. A: full fine-tuning in the same study, learning rates tuned per method or three seeds; B: in the same study, one
 * shared configuration; C: no full fine-tuning beside it, or a user's report; D: a claim without data, or outside the fitted range.
 */
export type Grade = (typeof grades)[number]
const grade = z.enum(grades)

/** A share of full fine-tuning's quality with its 90 % range and how well it is known. */
const Factor = z.strictObject({ low: z.number(), mid: z.number(), high: z.number(), grade })
export type Factor = z.output<typeof Factor>

/** `presets/tasks/<kind>.yaml`: how much quality adapters keep on one kind of data, and the evidence for it. */
export const Task = z
  .strictObject({
    id: z.enum(taskIds),
    name: z.string(),
    summary: z.string(),
    /** What fills an adapter: the tokens that bear loss, or the episodes of reinforcement learning. */
    filled_by: z.enum(['tokens', 'episodes']),
    lora: z.strictObject({
      /** Retention while the adapter has room. */
      top: z.number().positive(),
      /** Capacity ratio above which quality is lost; null where the data show no slope. */
      free_ratio: z.number().positive().nullable(),
      /** Retention lost for each tenfold capacity ratio above it. */
      slope_per_decade: z.number().nonnegative(),
      down: z.number().positive(),
      up: z.number().positive(),
      grade,
      /** `fit`: least squares on measured rows; `judgement`: no row shows a slope. */
      origin: z.enum(['fit', 'judgement']),
    }),
    /** Adapters on attention only, relative to all linear layers; null where it made no difference. */
    attention_only: Factor.nullable(),
    /** A base in this format relative to a 16-bit one, by model size; the last entry has no upper bound. */
    quantized_base: z.array(
      z.strictObject({
        below_billion_parameters: z.number().positive().nullable(),
        low: z.number(),
        mid: z.number(),
        high: z.number(),
        grade,
      }),
    ),
    quantized_basis: z.string(),
    /** Methods that hold no adapters, relative to full fine-tuning; a method that is not here has no evidence on this kind of data. */
    methods: z.partialRecord(z.enum(methodIds), Factor),
    basis: z.array(z.string()).min(1),
    sources: z.array(z.string()).min(1),
  })
  .transform((task) => ({
    id: task.id,
    name: task.name,
    summary: task.summary,
    filledBy: task.filled_by,
    lora: {
      top: task.lora.top,
      freeRatio: task.lora.free_ratio,
      slopePerDecade: task.lora.slope_per_decade,
      down: task.lora.down,
      up: task.lora.up,
      grade: task.lora.grade,
      origin: task.lora.origin,
    },
    attentionOnly: task.attention_only,
    quantizedBase: task.quantized_base.map(({ below_billion_parameters: below, ...factor }) => ({
      ...factor,
      belowParameters: below === null ? null : below * 1e9,
    })),
    quantizedBasis: task.quantized_basis,
    methods: task.methods,
    basis: task.basis,
    sources: task.sources,
  }))
export type Task = z.output<typeof Task>

/** `presets/retention.yaml`: what the retention model takes from no single kind of data. */
export const RetentionRules = z
  .strictObject({
    bits_per_token: z.number().positive(),
    bits_per_episode: z.number().positive(),
    bits_per_parameter: z.number().positive(),
    /** Above this capacity ratio no study measured anything. */
    largest_measured_ratio: z.number().positive(),
    /** Capacity labels: up to this ratio roomy, ok, tight; above it over capacity. */
    capacity_labels: z.strictObject({ roomy: z.number(), ok: z.number(), tight: z.number() }),
    floor: z.number().positive(),
    /** Above full fine-tuning means mostly that its learning rate was not tuned. */
    ceiling: z.number().positive(),
    /** Widening of the range by grade. */
    width_by_grade: z.strictObject({ A: z.number(), B: z.number(), C: z.number(), D: z.number() }),
    /** Widening downwards when no learning rate was swept, or it is that of full fine-tuning. */
    untuned_down: z.number().nonnegative(),
    /** Learning rates up to this one are those of full fine-tuning. */
    full_learning_rate: z.number().positive(),
    /** No study with full fine-tuning beside it trained a larger model where rank matters. */
    largest_compared_billion_parameters: z.number().positive(),
    /** Quantised formats: which share of the nf4 loss, and what comes on top of it. */
    quantization: z.record(
      z.enum(quantizationTypes),
      z.strictObject({ loss_share: z.number().nonnegative(), extra_loss: z.number().nonnegative(), grade }),
    ),
    /** int8 has rows of its own. */
    int8: Factor,
    variants: z.record(
      z.enum(loraVariants),
      Factor.extend({
        /** Share of the quantisation loss that this initialisation leaves. */
        quantization_loss_share: z.number().nonnegative(),
      }),
    ),
    sources: z.array(z.string()).min(1),
  })
  .transform((rules) => ({
    bitsPerToken: rules.bits_per_token,
    bitsPerEpisode: rules.bits_per_episode,
    bitsPerParameter: rules.bits_per_parameter,
    largestMeasuredRatio: rules.largest_measured_ratio,
    capacityLabels: rules.capacity_labels,
    floor: rules.floor,
    ceiling: rules.ceiling,
    widthByGrade: rules.width_by_grade,
    untunedDown: rules.untuned_down,
    fullLearningRate: rules.full_learning_rate,
    largestComparedParameters: rules.largest_compared_billion_parameters * 1e9,
    quantization: Object.fromEntries(
      Object.entries(rules.quantization).map(([type, { loss_share, extra_loss, grade }]) => [
        type,
        { lossShare: loss_share, extraLoss: extra_loss, grade },
      ]),
    ) as Record<(typeof quantizationTypes)[number], { lossShare: number; extraLoss: number; grade: Grade }>,
    int8: rules.int8,
    variants: Object.fromEntries(
      Object.entries(rules.variants).map(([id, { quantization_loss_share, ...factor }]) => [
        id,
        { factor, quantizationLossShare: quantization_loss_share },
      ]),
    ) as Record<(typeof loraVariants)[number], { factor: Factor; quantizationLossShare: number }>,
    sources: rules.sources,
  }))
export type RetentionRules = z.output<typeof RetentionRules>

/** `presets/evidence/<study>.yaml`: what a study measured. Higher is better unless the metric is a perplexity. */
export const Evidence = z.strictObject({
  id: z.string(),
  title: z.string(),
  url: z.string(),
  year: z.number().int(),
  grade,
  rows: z.array(
    z.strictObject({
      model: z.string(),
      billion_parameters: z.number().positive().nullable().default(null),
      data: z.string(),
      /** null: skills of the base model, which are no task of the fine-tuning. */
      kind: z.enum(taskIds).nullable(),
      metric: z.string(),
      method: z.string(),
      rank: z.number().nullable().default(null),
      targets: z.string().nullable().default(null),
      /** Format of the frozen base when it is quantised. */
      base: z.string().nullable().default(null),
      trainable: z.number().nullable().default(null),
      /** Unique tokens of the data. */
      tokens: z.number().nullable().default(null),
      value: z.number(),
      /** The same score after full fine-tuning, before any, and with LoRA on a 16-bit base. */
      full: z.number().nullable().default(null),
      before: z.number().nullable().default(null),
      lora16: z.number().nullable().default(null),
      note: z.string().optional(),
    }),
  ),
})
export type Evidence = z.output<typeof Evidence>
export type EvidenceRow = Evidence['rows'][number]
