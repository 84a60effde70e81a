import { isFsdp, type Plan } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { bytesPerValue } from '../units.ts'

/** Bytes of one value of a tensor that trains, in every form in which it is held. */
export interface TrainedWidths {
  /** As stored between steps. */
  readonly stored: number
  /** As the forward pass uses it; gathered units have this width. */
  readonly computed: number
  /** fp32 master beside the stored value, 0 where there is none. */
  readonly master: number
  /** Accumulated gradient. */
  readonly gradient: number
  /** What the optimizer calls the dtype of the parameter. */
  readonly stepped: number
}

type Widths = Pick<Plan, 'precision' | 'parallelism'>

/**
 * Widths of base weights that train. Master weights are the fp32 shards themselves under FSDP, which gathers them in 16 bits and reduces
 * gradients to fp32; elsewhere they stand beside 16-bit weights, and gradients stay in 16 bits unless the stack accumulates them in fp32.
 *
 * @source zhao-2023-fsdp
 * @source rajbhandari-2019-zero
 * @source narayanan-2021-megatron
 */
export function baseWidths(plan: Widths, habits: Pick<MemoryHabits, 'fp32_gradients'>): TrainedWidths {
  const { precision, parallelism } = plan
  const width = bytesPerValue[precision.weights]
  if (!precision.master) {
    return { stored: width, computed: width, master: 0, gradient: width, stepped: width }
  }
  if (isFsdp(parallelism.shard)) return { stored: 4, computed: width, master: 0, gradient: 4, stepped: 4 }
  return {
    stored: width,
    computed: width,
    master: 4,
    gradient: habits.fp32_gradients ? 4 : width,
    stepped: 4,
  }
}

/** Widths of adapters and of modules that train as full copies beside them. */
export function adapterWidths({ precision }: Pick<Plan, 'precision'>): TrainedWidths {
  const width = bytesPerValue[precision.adapters]
  return { stored: width, computed: width, master: 0, gradient: width, stepped: width }
}
