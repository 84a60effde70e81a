/** How the text of a flag becomes a value of the spec: `words` and `numbers` take a comma list and may be repeated. */
export type FlagKind = 'text' | 'words' | 'numbers' | 'number' | 'switch'

export interface SpecFlag {
  readonly flags: string
  /** Key path in the spec. */
  readonly path: string
  readonly kind: FlagKind
  readonly help: string
}

const row = (flags: string, path: string, kind: FlagKind, help: string): SpecFlag => ({
  flags,
  path,
  kind,
  help,
})

/** Spec keys that have a flag of their own; every other key is reached with `--set`. */
export const specFlags: readonly SpecFlag[] = [
  row('--model <id>', 'model', 'text', 'preset id, Hugging Face id or path of a config.json'),
  row('--examples <n>', 'dataset.examples', 'number', 'examples of the training data'),
  row('--mean-tokens <n>', 'dataset.tokens.mean', 'number', 'tokens of one example on average'),
  row('--max-tokens <n>', 'dataset.tokens.max', 'number', 'tokens of the longest example'),
  row('--data <file>', 'dataset.path', 'text', 'JSONL file to measure the examples from'),
  row('--epochs <n>', 'dataset.epochs', 'number', 'passes over the data'),
  row('--packing <word>', 'dataset.packing', 'text', 'true, false or padding-free'),
  row('--task <id>', 'training.task', 'text', 'kind of the data: instruct, math, code, ...'),
  row('--algorithm <id>', 'training.algorithm', 'text', 'sft, dpo, orpo, kto, grpo or rm'),
  row('--method <ids>', 'training.method', 'words', 'methods to try, comma list: full,lora,qlora'),
  row('--sequence-length <n>', 'training.sequence_length', 'numbers', 'tokens of one training sequence'),
  row('--global-batch-size <n>', 'training.global_batch_size', 'number', 'sequences of one optimizer step'),
  row('--micro-batch-size <n>', 'training.micro_batch_size', 'numbers', 'sequences per GPU at once, or auto'),
  row('--rank <n>', 'training.lora.rank', 'numbers', 'rank of the adapters'),
  row('--alpha <n>', 'training.lora.alpha', 'number', 'alpha of the adapters'),
  row('--targets <names>', 'training.lora.targets', 'words', 'modules with adapters, or all-linear'),
  row('--dropout <fraction>', 'training.lora.dropout', 'number', 'dropout of the adapters'),
  row('--variant <id>', 'training.lora.variant', 'text', 'lora, dora, rslora, pissa, ...'),
  row(
    '--quantization <type>',
    'training.quantization.type',
    'words',
    'format of a quantised base: nf4, int8, ...',
  ),
  row('--precision <name>', 'training.precision', 'words', 'bf16-mixed, bf16-pure, ...'),
  row('--optimizer <id>', 'training.optimizer', 'words', 'optimizers to try, or auto'),
  row(
    '--gradient-checkpointing <word>',
    'training.gradient_checkpointing',
    'words',
    'none, full, selective or offload',
  ),
  row('--attention <word>', 'training.attention', 'words', 'eager, sdpa or flash'),
  row('--loss <word>', 'training.loss', 'words', 'materialized, fused-ce, fused-linear-ce or chunked'),
  row('--kernels <word>', 'training.kernels', 'words', 'none, liger, foak or unsloth'),
  row('--compile', 'training.compile', 'switch', 'torch.compile the model'),
  row('--stack <ids>', 'training.stack', 'words', 'training frameworks'),
  row('--stack-release <month>', 'training.stack_release', 'text', 'month of the framework release: 2024-06'),
  row('--sharding <word>', 'training.sharding', 'words', 'none, ddp, zero1-3, fsdp'),
  row('--offload <words>', 'training.offload', 'words', 'optimizer, parameters, activations'),
  row('--learning-rate <x>', 'training.learning_rate', 'number', 'learning rate'),
  row('--objective <word>', 'objective', 'text', 'cost, time, quality, balanced or article'),
  row('--max-usd <n>', 'budget.usd', 'number', 'most that the run may cost'),
  row('--max-hours <n>', 'budget.hours', 'number', 'longest that the run may take'),
  row('--min-retention <fraction>', 'quality.min_retention', 'number', 'least share of full quality'),
  row('--risk <word>', 'selection.risk', 'text', 'judge memory by the high or the medium (mid) estimate'),
]

/** Flags that change the list of hardware: they apply to its entries together. */
export const hardwareFlags: readonly SpecFlag[] = [
  row('--gpus <n>', 'count', 'numbers', 'GPUs per node, comma list'),
  row('--nodes <n>', 'nodes', 'numbers', 'nodes'),
  row('--provider <ids>', 'provider', 'words', 'who rents the GPUs out'),
  row('--commitment <words>', 'commitment', 'words', 'on-demand, spot or reserved'),
  row('--region <id>', 'region', 'text', 'region of the provider'),
  row('--owned', 'owned', 'switch', 'the GPUs are your own'),
  row('--memory-gib <n>', 'memory_gib', 'number', 'memory of one card that counts'),
]
