/** Which part of the model a tensor counts under in the report. */
export type ModuleGroup = 'embedding' | 'head' | 'attention' | 'mlp' | 'router' | 'norm' | 'other'

/** What a linear does inside its layer. */
export type LinearRole =
  | 'query'
  | 'key'
  | 'value'
  | 'query-key-value'
  | 'output'
  | 'query-down'
  | 'query-up'
  | 'key-value-down'
  | 'key-value-up'
  | 'gate'
  | 'up'
  | 'gate-up'
  | 'down'
  | 'router'
  | 'shared-gate'
  | 'head'
  | 'other'

/** An `nn.Linear` or `Conv1D`: what peft can adapt and bitsandbytes can quantise (the head excepted). */
export interface Linear {
  /** Module path with `*` for indices, as in `model.layers.*.self_attn.q_proj`. */
  readonly name: string
  readonly role: LinearRole
  readonly group: ModuleGroup
  readonly inFeatures: number
  readonly outFeatures: number
  readonly bias: boolean
  /** Modules of this shape in one layer (experts: the number of experts); 1 outside layers. */
  readonly count: number
}

/** A tensor that is no linear: fused 3-D expert weights, attention sinks, router corrections, learned positions. */
export interface LooseParameter {
  readonly name: string
  readonly group: ModuleGroup
  /** Shape of one tensor. */
  readonly shape: readonly number[]
  /** Tensors of this shape in one layer; 1 outside layers. */
  readonly count: number
  /** `weight` takes part in a matrix product with the tokens (fused experts); `bias` is what bitfit trains. */
  readonly kind: 'weight' | 'bias' | 'embedding' | 'other'
}

export interface Norm {
  readonly name: string
  /**
   * `rms` = x·rsqrt(mean x²)·w as in Llama; `rms-wide` multiplies by w in fp32 before it casts back (OLMo 2); `rms-gemma` multiplies by (1 + w) in fp32; `rms-no-parameters` has no w (Llama 4 on queries and keys);
   * `layer` = nn.LayerNorm; `layer-manual` = the same in single fp32 operations (Cohere); `layer-plus-one` = nn.LayerNorm with (1 + w)
   * in the dtype of its input (Nemotron); `layer-no-parameters` = layer norm in fp32 without weight (OLMo 1).
   */
  readonly kind:
    | 'rms'
    | 'rms-wide'
    | 'rms-gemma'
    | 'rms-no-parameters'
    | 'layer'
    | 'layer-manual'
    | 'layer-plus-one'
    | 'layer-no-parameters'
  readonly width: number
  readonly bias: boolean
  /** Norms of this kind in one layer under this name (1 unless stated): modules of their own where the name ends in `*`, else rows of one weight. */
  readonly count: number
}

export interface Attention {
  readonly kind: 'grouped' | 'latent'
  readonly heads: number
  readonly keyValueHeads: number
  readonly headDim: number
  /** Width of a value head; differs from headDim in latent attention. */
  readonly valueHeadDim: number
  /** Latent attention only, else 0. */
  readonly keyValueRank: number
  readonly rotaryHeadDim: number
  readonly linears: readonly Linear[]
  readonly loose: readonly LooseParameter[]
  /** Norm on queries and keys; `head`: per head (width headDim), `projection`: over the whole projection (OLMo 2). */
  readonly queryNorm: Norm | null
  readonly keyNorm: Norm | null
  readonly queryKeyNormScope: 'head' | 'projection' | 'none'
  /** Norms inside latent attention (q_a_layernorm, kv_a_layernorm). */
  readonly latentNorms: readonly Norm[]
  /** Tokens that a query sees at most; null for full causal attention. */
  readonly slidingWindow: number | null
  readonly positions: 'rotary' | 'learned' | 'alibi' | 'none'
  /** Share of the head that is rotated. */
  readonly rotaryFraction: number
  /** Soft-capping of the scores (Gemma 2): two more score-sized tensors in eager attention. */
  readonly softcap: boolean
  /** Eager softmax runs in the dtype of the scores instead of fp32 (GPT-2, Falcon). */
  readonly narrowSoftmax?: true
  /** Keys and values are cut out of the fused projection by copies, not by views (Falcon). */
  readonly copiesParts?: true
  /** Keys and values come from image tokens; without images the whole layer is skipped (Llama 3.2 Vision). */
  readonly crossAttention?: true
}

/** A dense feed-forward block. */
export interface FeedForward {
  readonly kind: 'dense'
  /** Gated: act(gate(x)) · up(x); plain: act(up(x)). */
  readonly gated: boolean
  /** Name as in the config: silu, gelu_pytorch_tanh, gelu_new, gelu, relu, relu2, ... */
  readonly activation: string
  readonly intermediateSize: number
  readonly linears: readonly Linear[]
}

/** Routed experts, with or without shared ones. */
export interface MixtureOfExperts {
  readonly kind: 'moe'
  readonly gated: boolean
  readonly activation: string
  readonly expertCount: number
  readonly expertsPerToken: number
  readonly intermediateSize: number
  /** `modules`: each expert is nn.Linear modules (in `linears`, count = experts); `fused`: 3-D tensors (in `loose`). */
  readonly storage: 'modules' | 'fused'
  readonly router: Linear | null
  /** Expert linears (storage `modules`), empty when fused. */
  readonly linears: readonly Linear[]
  /** Fused expert tensors, router biases and the like. */
  readonly loose: readonly LooseParameter[]
  readonly shared: FeedForward | null
  readonly sharedGate: Linear | null
}

/** A group of layers that are alike in every shape. */
export interface Layer {
  /** Indices of the layers, ascending. */
  readonly indices: readonly number[]
  readonly attention: Attention
  readonly feedForward: FeedForward | MixtureOfExperts
  /**
   * How norms and residuals are wired: `sequential` (norm before attention, norm before MLP), `parallel` (attention and MLP read the
   * same or parallel norms, one residual), `sandwich` (a norm before and after each block: Gemma 2), `post-norm` (norm after each block only,
   * before the residual is added: OLMo 2), `post-residual` (norm of the sum behind each block: OPT-350M).
   */
  readonly wiring: 'sequential' | 'parallel' | 'sandwich' | 'post-norm' | 'post-residual'
  /** In the order in which a token meets them; a parallel layer has one that both blocks read, or attention's and the MLP's. */
  readonly norms: readonly Norm[]
  readonly loose: readonly LooseParameter[]
}

/** The exact list of a model's modules with shapes, built from its Hugging Face config. */
export interface Architecture {
  readonly modelType: string
  readonly hiddenSize: number
  readonly vocabularySize: number
  readonly layerCount: number
  /** Longest sequence that the model was made for; null where the config does not say. */
  readonly maxPositions: number | null
  readonly layers: readonly Layer[]
  /** Width of the token embedding (OPT-350M: 512, projected to hiddenSize). */
  readonly embeddingSize: number
  readonly embeddingName: string
  /** Rows of the embedding beyond the vocabulary, for tokens that are never predicted (Llama 3.2 Vision: 8). */
  readonly extraEmbeddingRows: number
  readonly tiedEmbeddings: boolean
  /** `lm_head`; exists also when tied (then without parameters of its own). */
  readonly head: Linear
  readonly finalNorm: Norm | null
  /** Norm right behind the embedding (BLOOM, some others). */
  readonly embeddingNorm: Norm | null
  /** Linears outside the layers (OPT's project_in/out), without the head. */
  readonly linears: readonly Linear[]
  /** Tensors outside the layers: learned positions and the like. */
  readonly loose: readonly LooseParameter[]
  /** Parameters of vision towers and projectors, frozen in every method but full; counted under `other`. */
  readonly towerLinears: readonly Linear[]
  readonly towerLoose: readonly LooseParameter[]
  readonly softcapLogits: boolean
  /** Dropout that the model itself applies while it trains, as probabilities; 0 where it has none. */
  readonly dropout: { readonly embedding: number; readonly attention: number; readonly residual: number }
}

/** Parameter counts of the report's `model` object. Tied tensors count once. */
export interface ParameterCounts {
  readonly total: number
  /** Parameters that one token passes (MoE). */
  readonly active: number
  readonly embedding: number
  readonly head: number
  readonly attention: number
  readonly mlp: number
  readonly router: number
  readonly norm: number
  readonly other: number
}
