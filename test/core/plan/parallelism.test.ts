import { describe, expect, it } from 'vitest'
import { autoShardings, explicitParallelism, namedParallelism } from '../../../src/core/plan/parallelism.ts'

describe('parallelism', () => {
  it('uses all GPUs for data parallelism under a name', () => {
    expect(namedParallelism('fsdp', 8, 'fsdp2')).toMatchObject({
      name: 'fsdp2',
      dp: 8,
      shard: 'fsdp2',
      tp: 1,
    })
    expect(namedParallelism('ddp', 4, 'fsdp1')).toMatchObject({ dp: 4, shard: 'none' })
  })

  it('does not offer none on several GPUs, or ddp on one', () => {
    expect(namedParallelism('none', 2, 'fsdp1')).toBeNull()
    expect(namedParallelism('ddp', 1, 'fsdp1')).toBeNull()
  })

  it('fills an omitted dp with what is left', () => {
    expect(explicitParallelism({ tp: 4, cp: 2, dp_shard: 'zero1' }, 16)).toMatchObject({
      tp: 4,
      cp: 2,
      dp: 2,
      shard: 'zero1',
    })
  })

  it('refuses degrees that do not fill the GPUs', () => {
    expect(explicitParallelism({ tp: 4, dp: 4 }, 8)).toBeNull()
    expect(explicitParallelism({ tp: 3 }, 8)).toBeNull()
  })

  it('names an ep that does not divide dp', () => {
    expect(() => explicitParallelism({ ep: 3, dp: 8 }, 8)).toThrow('ep 3 does not divide dp 8')
  })

  it('tries sharding only where there are several GPUs', () => {
    expect(autoShardings(1)).toEqual(['none'])
    expect(autoShardings(8)).toEqual(['ddp', 'zero2', 'fsdp'])
  })
})
