/** What a stack does with activations that the spec does not say. */
export interface ActivationHabits {
  /** Keys and values are repeated to all query heads before SDPA (transformers before 4.48, PyTorch before 2.5). */
  readonly repeatsKeyValue: boolean
  /** The loop keeps `outputs.logits` through the backward pass. */
  readonly keepsLogits: boolean
  /** Bytes a token and vocabulary entry at the start of backward beyond what the loss chain itself holds (fp32 logits of old trainers, ...). */
  readonly extraLogitsBytes: number
  /** Bytes a token and vocabulary entry that a fused or chunked loss needs at its peak, for the logits that it holds. */
  readonly fusedLossBytes: number
  /** The head is quantised with the other linears. */
  readonly quantizesHead: boolean
  /** Parts that a chunked loss cuts the tokens into. */
  readonly lossChunks: number
  /** Activations stay in 32 bits although the computation is 16-bit (litgpt QLoRA). */
  readonly fp32Activations: boolean
  /** Backward of silu runs as one kernel (CUDA) instead of its formula, operation by operation. */
  readonly fusedActivationBackward: boolean
  /** Norms run as one fused kernel that saves its input and 1/rms only. */
  readonly fusedNorms: boolean
}
