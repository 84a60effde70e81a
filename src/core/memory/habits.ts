import type { Plan } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { Memo } from '../memo.ts'
import type { ActivationHabits } from './activations/habits.ts'

/**
 * A bare PyTorch loop of today: what a stack does that says nothing of itself. Buckets are the default of DeepSpeed.
 *
 * @source pytorch
 * @source deepspeed
 */
export const plainMemoryHabits: MemoryHabits = {
  keeps_logits: false,
  extra_logits_bytes: { autocast: 0, plain: 0 },
  native_norm_logits_bytes: { autocast: 0, plain: 0 },
  fused_loss_bytes: 8,
  loss_chunks: 8,
  fp32_quantized_activations: false,
  repeats_key_value: false,
  own_model_code: false,
  fuses_projections: false,
  fused_norms: false,
  fused_activation_backward: false,
  quantizes_head: false,
  fp32_kept_weights: false,
  fp8_frozen_weights: false,
  unties_embeddings: false,
  whole_base_copy: { adapters: 'never', base: 'never' },
  fp32_gradients: false,
  keeps_gradients: false,
  fused_step: false,
  master_step_bytes: 4,
  replaces_trained_modules: false,
  recasts_to_half: false,
  further_saved_tensors: 0,
  gradient_bucket_views: false,
  reduce_bucket_elements: 5e8,
  gathered_units: 2,
  shards_within_node: false,
  sequence_parallel: true,
  evaluation_batch: null,
  host_copies_at_load: 'one-per-node',
}

const habits = new Memo<MemoryHabits>()

/** The habits of a plan's stack in the plan's release. */
export const memoryHabits = ({ stack, stackRelease }: Pick<Plan, 'stack' | 'stackRelease'>): MemoryHabits =>
  habits.get([stack], stackRelease, () => habitsIn(stack, stackRelease))

function habitsIn(stack: Plan['stack'], stackRelease: string): MemoryHabits {
  const { releases = [], evidence: _evidence, ...newest } = stack.memory
  const reaching = stackRelease === 'latest' ? [] : releases.filter(({ until }) => stackRelease <= until)
  const older = reaching.toReversed().map(({ until: _until, ...changed }) => changed)
  return Object.assign({ ...plainMemoryHabits }, newest, ...older) as MemoryHabits
}

/** Logits of 32-bit activations: they and their gradient are twice as wide. */
const WIDE_LOGITS_BYTES = 4

interface Computation extends Pick<Plan, 'quantization' | 'precision'> {
  readonly architecture: Pick<Plan['architecture'], 'finalNorm'>
}

/** What of them the activation model asks for. */
export function activationHabits(
  habits: MemoryHabits,
  { architecture, quantization, precision }: Computation,
): ActivationHabits {
  const fp32Activations = habits.fp32_quantized_activations && quantization !== null
  const mode = precision.autocast === 'none' ? 'plain' : 'autocast'
  const native = architecture.finalNorm?.kind === 'layer' ? habits.native_norm_logits_bytes[mode] : 0
  return {
    repeatsKeyValue: habits.repeats_key_value,
    keepsLogits: habits.keeps_logits,
    extraLogitsBytes: habits.extra_logits_bytes[mode] + native,
    fusedLossBytes: habits.fused_loss_bytes + (fp32Activations ? WIDE_LOGITS_BYTES : 0),
    quantizesHead: habits.quantizes_head,
    lossChunks: habits.loss_chunks,
    fp32Activations,
    fusedNorms: habits.fused_norms,
    fusedActivationBackward: habits.fused_activation_backward,
  }
}
