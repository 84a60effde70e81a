import { computeDType, type Plan } from '../domain/plan.ts'
import { Memo } from '../memo.ts'
import { type Sink, TotalSink } from '../term.ts'
import { bytesPerValue } from '../units.ts'
import { algorithmShape } from './algorithm.ts'
import { isQuantized } from './base-weights.ts'
import { keyValueCacheBytes } from './key-value-cache.ts'
import { addFixed, type Line } from './line.ts'
import { holdsLogits } from './logits.ts'
import type { PreparedMemory, PreparedStage } from './prepare.ts'
import { longestSequence } from './tokens.ts'

/** Bytes a logit while an evaluation computes its loss without gradients: 16-bit logits, their fp32 copy, log-softmax. */
const EVALUATED_LOGIT_BYTES = 10
/** Of them the gradient of 16-bit logits, which a fused loss saves without a backward pass. */
const GRADIENT_BYTES = 2

/** Tensors of hidden width that one layer holds at once while it computes without gradients. */
const HIDDEN_TENSORS = 4

/** Bytes a logit of an evaluation; 0 where logits are never whole. */
function evaluatedLogitBytes(plan: Plan, { fused_loss_bytes }: PreparedMemory['habits']): number {
  if (!holdsLogits(plan)) return 0
  return plan.loss === 'fused-ce' ? fused_loss_bytes - GRADIENT_BYTES : EVALUATED_LOGIT_BYTES
}

const isWeight = ({ key }: Line): boolean => key.startsWith('weights/') || key.startsWith('adapters/')
const isGathered = ({ key }: Line): boolean => key.startsWith('buffers/gathered')

/**
 * While the model is loaded: the weights as they will stay, and the largest tensor in 16 bits while it is quantised.
 *
 * @source bitsandbytes
 */
export function addLoad(sink: Sink, { habits }: PreparedMemory, stage: PreparedStage, plan: Plan): void {
  addFixed(sink, stage.residents.card.filter(isWeight))
  const quantized = stage.tensors.frozen.filter(({ tensor }) => isQuantized(tensor, plan, habits))
  const largest = quantized.reduce((most, { parameters }) => Math.max(most, parameters), 0)
  sink.add(
    'temporary/load',
    bytesPerValue.bf16 * largest,
    'largest tensor in 16 bits while it is quantised',
    'bitsandbytes',
  )
}

/**
 * Evaluation between steps: weights and states stay, no gradients; the loss of a batch without its backward pass, or generation with a
 * key-value cache.
 *
 * @source pope-2022-inference
 */
export function addEvaluation(
  sink: Sink,
  { habits }: PreparedMemory,
  stage: PreparedStage,
  plan: Plan,
): void {
  const { architecture, microBatchSize, workload, evaluation, parallelism } = plan
  addFixed(sink, stage.residents.card)
  addFixed(sink, stage.buffers.filter(isGathered))
  const sequences = habits.evaluation_batch ?? microBatchSize
  const tokens = longestSequence(workload)
  const width = bytesPerValue[computeDType(plan.precision)]
  const { tp, cp } = parallelism
  if (evaluation?.generate === true || algorithmShape(plan).generates) {
    const cache = keyValueCacheBytes(architecture, sequences, tokens, width) / tp
    sink.add(
      'activations/key-value-cache',
      cache,
      'sequences · tokens · keys and values',
      'pope-2022-inference',
    )
    return
  }
  const whole = evaluatedLogitBytes(plan, habits)
  const logits = (whole * architecture.vocabularySize * sequences * tokens) / tp / cp
  sink.add(
    'loss/logits',
    logits,
    () => `${whole} B · vocabulary · tokens of an evaluation batch`,
    'transformers',
  )
  const hidden = (HIDDEN_TENSORS * architecture.hiddenSize * width * sequences * tokens) / cp
  sink.add('temporary/forward', hidden, 'hidden states of one layer', 'transformers')
}

/**
 * While a checkpoint is written: what stays between steps. Sharded weights are gathered unit by unit on their way to host memory.
 *
 * @source zhao-2023-fsdp
 */
export function addSave(sink: Sink, stage: PreparedStage, plan: Plan): void {
  addFixed(sink, stage.residents.card)
  if (plan.method.trains !== 'adapters') addFixed(sink, stage.buffers.filter(isGathered))
}

const lasting = new Memo<number>()

/** The higher of loading and saving: the same for every micro-batch. */
const lastingPeak = (prepared: PreparedMemory, stage: PreparedStage, plan: Plan): number =>
  lasting.get([stage], '', () => {
    const [load, save] = [new TotalSink(), new TotalSink()]
    addLoad(load, prepared, stage, plan)
    addSave(save, stage, plan)
    return Math.max(load.total, save.total)
  })

/** The highest of loading, saving, and evaluating where the plan evaluates or generates, on any stage. */
export function besidePeak(prepared: PreparedMemory, plan: Plan): number {
  const evaluates = plan.evaluation !== null || algorithmShape(plan).generates
  let highest = 0
  for (const stage of prepared.stages) {
    const evaluation = new TotalSink()
    if (evaluates) addEvaluation(evaluation, prepared, stage, plan)
    highest = Math.max(highest, lastingPeak(prepared, stage, plan), evaluation.total)
  }
  return highest
}
