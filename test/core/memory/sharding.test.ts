import { describe, expect, it } from 'vitest'
import { parametersOf, tensorsOf } from '../../../src/core/architecture/index.ts'
import type { Parallelism } from '../../../src/core/domain/plan.ts'
import { rankParameters, rankTensors } from '../../../src/core/memory/rank-tensors.ts'
import { shardsOf } from '../../../src/core/memory/shards.ts'
import { stagesOf } from '../../../src/core/memory/stages.ts'
import { bytesOf, LLAMA_1B, phaseBytes, planWith } from './plans.ts'

const parallelism = (changes: Partial<Parallelism>): Parallelism => ({
  name: 'custom',
  tp: 1,
  pp: 1,
  cp: 1,
  ep: 1,
  dp: 1,
  shard: 'none',
  ...changes,
})

const four = { count: 4 }
const sharded = (sharding: unknown, training: Record<string, unknown> = {}) =>
  planWith({ training: { sharding, global_batch_size: 8, ...training }, hardware: four })

describe('sharding', () => {
  it('divides states from ZeRO-1 on, gradients from ZeRO-2 on, weights from ZeRO-3 on', () => {
    const shards = (shard: Parallelism['shard']) => shardsOf(parallelism({ dp: 4, cp: 2, shard }), false)
    expect(shards('none')).toEqual({ weights: 1, gradients: 1, states: 1 })
    expect(shards('zero1')).toEqual({ weights: 1, gradients: 1, states: 8 })
    expect(shards('zero2')).toEqual({ weights: 1, gradients: 8, states: 8 })
    expect(shards('zero3')).toEqual({ weights: 8, gradients: 8, states: 8 })
    expect(shards('fsdp2')).toEqual({ weights: 8, gradients: 8, states: 8 })
  })

  it('shards experts over the ranks that hold the same ones', () => {
    expect(shardsOf(parallelism({ dp: 8, ep: 4, shard: 'zero3' }), true).weights).toBe(2)
  })

  it('shards within a node where the stack says so', () => {
    expect(shardsOf(parallelism({ dp: 16, shard: 'fsdp2' }), false, 8).weights).toBe(8)
  })

  it.each(['llama-3.2-1b', 'mixtral-8x7b', 'qwen2.5-0.5b'])(
    'loses no parameter of %s to stages, ranks and shards',
    (model) => {
      const { architecture } = planWith({ model })
      const tensors = tensorsOf(architecture)
      const whole = tensors.reduce((sum, tensor) => sum + parametersOf(tensor), 0)
      for (const degrees of [
        { dp: 4, shard: 'zero3' as const },
        { dp: 4, ep: 4, shard: 'fsdp2' as const },
        { dp: 2, ep: 2 },
      ]) {
        const setup = parallelism(degrees)
        const [stage] = stagesOf(architecture, setup)
        if (stage === undefined) throw new Error('no stage')
        const held = rankTensors(tensors, architecture, setup, stage)
        // what all ranks hold together, over the copies of the model that data parallelism keeps
        const together = held.reduce((sum, one) => {
          const parts = one.tensor.activeFraction < 1 ? setup.ep : 1
          const copies = setup.dp / one.shards.weights / parts
          return sum + ((rankParameters(one) / one.shards.weights) * setup.dp) / copies
        }, 0)
        expect(together).toBeCloseTo(whole, 0)
      }
    },
  )

  it('cuts matrices over tensor-parallel ranks and repeats norms', () => {
    const { architecture } = planWith()
    const setup = parallelism({ tp: 4 })
    const [stage] = stagesOf(architecture, setup)
    if (stage === undefined) throw new Error('no stage')
    const held = rankTensors(tensorsOf(architecture), architecture, setup, stage)
    const norms = 33 * 2048
    expect(held.reduce((sum, one) => sum + rankParameters(one), 0)).toBe((LLAMA_1B - norms) / 4 + norms)
  })

  it('repeats keys and values where there are fewer heads than ranks', () => {
    const { architecture } = planWith({ model: 'qwen2.5-0.5b' })
    const setup = parallelism({ tp: 4 })
    const [stage] = stagesOf(architecture, setup)
    if (stage === undefined) throw new Error('no stage')
    const keys = rankTensors(tensorsOf(architecture), architecture, setup, stage).find(({ tensor }) =>
      tensor.name.endsWith('k_proj.weight'),
    )
    expect(keys?.parameters).toBe((896 * 128) / 2)
  })

  it('splits layers over stages: the first has the embedding, the last the head, tied ones both', () => {
    const { architecture } = planWith()
    const [first, last] = stagesOf(architecture, parallelism({ pp: 4 }))
    expect(first).toEqual({ first: true, last: false, from: 0, to: 4, inFlight: 4 })
    expect(last).toEqual({ first: false, last: true, from: 12, to: 16, inFlight: 1 })
  })
})

describe('sharded plans', () => {
  it('divide states and gradients by the ranks', () => {
    expect(bytesOf(sharded('ddp'), 'optimizer', 'optimizer/states')).toBe(4 * LLAMA_1B)
    expect(bytesOf(sharded('zero1'), 'optimizer', 'optimizer/states')).toBe(LLAMA_1B)
    expect(bytesOf(sharded('zero1'), 'optimizer', 'gradients/parameters')).toBe(2 * LLAMA_1B)
    expect(bytesOf(sharded('zero2'), 'optimizer', 'gradients/parameters')).toBe(LLAMA_1B / 2)
    expect(bytesOf(sharded('fsdp2'), 'optimizer', 'weights/trained')).toBe(LLAMA_1B / 2)
  })

  it('keep fp32 shards as masters under FSDP and 16-bit weights beside masters under ZeRO', () => {
    const fsdp = sharded('fsdp2', { precision: 'bf16-master', optimizer: 'adamw' })
    expect(bytesOf(fsdp, 'optimizer', 'weights/')).toBe(LLAMA_1B)
    // 4 weights, 8 states, 4 gradients, 4 temporaries of foreach: 20 B a parameter / N
    expect(phaseBytes(fsdp, 'optimizer')).toBe((20 * LLAMA_1B) / 4)
    const zero = sharded('zero3', { precision: 'bf16-master' })
    expect(bytesOf(zero, 'optimizer', 'weights/trained')).toBe(LLAMA_1B / 2)
    expect(bytesOf(zero, 'optimizer', 'weights/masters')).toBe(LLAMA_1B)
  })

  it('gather two layers and everything outside the layers in the dtype of the forward pass', () => {
    const fsdp = sharded('fsdp2', { precision: 'bf16-master' })
    const layer = 2 * (2 * 2048 * 2048 + 2 * 2048 * 512 + 3 * 2048 * 8192 + 2 * 2048)
    expect(bytesOf(fsdp, 'forward', 'buffers/gathered-layers')).toBe(2 * layer)
    expect(bytesOf(fsdp, 'forward', 'buffers/gathered-root')).toBe(2 * (128_256 * 2048 + 2048))
  })

  it('shard the frozen base too', () => {
    const lora = sharded('fsdp2', { method: 'lora', lora: { rank: 16 }, precision: 'bf16-mixed' })
    expect(bytesOf(lora, 'forward', 'weights/base')).toBe(LLAMA_1B / 2)
  })

  it('copy gradients into the buckets of DDP', () => {
    expect(bytesOf(sharded('ddp'), 'backward', 'buffers/buckets')).toBe(2 * LLAMA_1B)
  })

  it('move parameters, states and gradients into the host when parameters are offloaded', () => {
    const plan = sharded('fsdp2', { offload: 'parameters', precision: 'bf16-master' })
    expect(bytesOf(plan, 'optimizer', 'weights/')).toBe(0)
    expect(bytesOf(plan, 'optimizer', 'gradients/')).toBe(0)
    expect(bytesOf(plan, 'forward', 'buffers/gathered')).toBeGreaterThan(0)
  })

  it('hold the inputs of finished layers under FSDP1 with a frozen base and reentrant checkpointing', () => {
    const hooked = {
      method: 'lora',
      lora: { rank: 16 },
      gradient_checkpointing: 'full',
      precision: 'bf16-mixed',
    }
    const small = (training: Record<string, unknown>) =>
      planWith({
        model: 'tinyllama-1.1b',
        training: { loss: 'fused-linear-ce', sharding: 'fsdp1', global_batch_size: 8, ...training },
        hardware: four,
      })
    const fsdp1 = small({ ...hooked, reentrant_checkpointing: true })
    // input and gradient, 2·2048 B each for 2048 tokens, of 21 layers that are done when the first one is in work
    expect(bytesOf(fsdp1, 'backward', 'activations/hooked-inputs')).toBe(2 * 21 * 2 * 2048 * 2048)
    const free = small({ ...hooked, reentrant_checkpointing: false })
    expect(bytesOf(free, 'backward', 'activations/hooked-inputs')).toBe(0)
    const full = small({ gradient_checkpointing: 'full', reentrant_checkpointing: true })
    expect(bytesOf(full, 'backward', 'activations/hooked-inputs')).toBe(0)
  })
})
