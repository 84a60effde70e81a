import { describe, expect, it } from 'vitest'
import { isTorchSnapshot, snapshotFigures } from '../../../src/core/calibration/torch-snapshot.ts'
import { isTrainerLog, trainerFigures } from '../../../src/core/calibration/trainer-log.ts'
import { GIB } from '../../../src/core/units.ts'

describe('a log of the Trainer', () => {
  const summary = {
    epoch: 1,
    step: 100,
    total_flos: 1e18,
    train_loss: 1.1,
    train_runtime: 250,
    train_samples_per_second: 12.8,
    train_steps_per_second: 0.4,
  }
  const state = { global_step: 100, max_steps: 100, log_history: [{ loss: 2, step: 10 }, summary] }

  it('says how long a step took', () => {
    expect(isTrainerLog(state)).toBe(true)
    expect(trainerFigures(state, 32).measured).toEqual({ step_seconds: 2.5 })
    expect(trainerFigures(state, 32).remark).toContain('evaluation')
  })

  it('counts the steps that were made, not those that were planned', () => {
    const stopped = { global_step: 50, max_steps: 100, log_history: [{ ...summary, step: 50 }] }
    expect(trainerFigures(stopped, 32).measured).toEqual({ step_seconds: 5 })
  })

  it('falls back on rates where steps are not told', () => {
    const { step: _, ...results } = summary
    expect(isTrainerLog(results)).toBe(true)
    expect(trainerFigures(results, 32).measured).toEqual({ step_seconds: 2.5 })
    // A rate of 0.012 is rounded by up to 4 %: 32 sequences at 0.4 a second are better known.
    const slow = { ...results, train_steps_per_second: 0.012, train_samples_per_second: 0.4 }
    expect(trainerFigures(slow, 32).measured).toEqual({ step_seconds: 80 })
    expect(trainerFigures({ train_runtime: 100, train_steps_per_second: 0.02 }, 32).measured).toEqual({
      step_seconds: 50,
    })
  })

  it('adds up the peak of memory from where it starts', () => {
    const measured = {
      before_init_mem_gpu: 4 * GIB,
      init_mem_gpu_alloc_delta: 1 * GIB,
      train_mem_gpu_alloc_delta: 0.5 * GIB,
      train_mem_gpu_peaked_delta: 10 * GIB,
    }
    expect(trainerFigures(measured, 1).measured).toEqual({ allocated_gib: 15.5 })
    expect(trainerFigures({ ...summary, train_mem_gpu_peaked_delta: 10 * GIB }, 1).measured).toEqual({
      step_seconds: 2.5,
    })
  })

  it('is of no use before training ended', () => {
    expect(() => trainerFigures({ log_history: [{ loss: 2 }] }, 1)).toThrow(/no train_runtime/)
    expect(isTrainerLog([state])).toBe(false)
    expect(isTrainerLog({ rows: [] })).toBe(false)
  })
})

describe('a snapshot of torch memory', () => {
  const segment = (device: number, total: number, allocated: number) => ({
    device,
    total_size: total * GIB,
    allocated_size: allocated * GIB,
    active_size: allocated * GIB,
  })
  const event = (action: string, gib: number) => ({ action, size: gib * GIB, addr: 1 })

  it('finds the peak on the way back through the events', () => {
    const snapshot = {
      segments: [segment(0, 8, 2), segment(0, 2, 1)],
      device_traces: [
        [
          event('segment_alloc', 8),
          event('alloc', 6),
          event('alloc', 3),
          event('free_requested', 3),
          event('free_completed', 3),
          event('segment_free', 4),
          event('free_requested', 3),
          event('alloc', 1),
          event('snapshot', 0),
        ],
      ],
    }
    expect(isTorchSnapshot(snapshot)).toBe(true)
    // Now 3: before the last alloc 2, then 5 and 8 on the way back; reserved now 10 was 14.
    expect(snapshotFigures(snapshot)).toEqual({ allocated_gib: 8, reserved_gib: 14 })
  })

  it('takes the fullest card', () => {
    const snapshot = {
      segments: [segment(0, 8, 2), segment(1, 12, 9)],
      device_traces: [[event('alloc', 1)], [event('free_requested', 1), event('alloc', 0.5)]],
    }
    expect(snapshotFigures(snapshot)).toEqual({ allocated_gib: 9.5, reserved_gib: 12 })
  })

  it('knows only what is reserved where no events were recorded', () => {
    expect(snapshotFigures({ segments: [segment(0, 8, 2)], device_traces: [[]] })).toEqual({
      reserved_gib: 8,
    })
    expect(snapshotFigures({ segments: [segment(0, 8, 2)] })).toEqual({ reserved_gib: 8 })
  })

  it('is of no use when it holds nothing', () => {
    expect(() => snapshotFigures({ segments: [], device_traces: [] })).toThrow(/holds no memory/)
    expect(isTorchSnapshot({ segments: 1 })).toBe(false)
  })
})
