import { describe, expect, it } from 'vitest'
import { activationModel } from '../../../../src/core/memory/activations/model.ts'
import { architectureFor, inputsOfRow, type Row, readOracle, totalAt } from './oracle.ts'

const { rows, configs } = readOracle('activations')

/** Falcon's model class passes no mask on to SDPA when the run has no weights to look at. */
const isKnownException = (row: Row): boolean => row.model === 'Falcon-7B' && row.variant === 'padded'

const cases = rows.map((row) => {
  const architecture = architectureFor(configs[String(row.model)] ?? {})
  const model = activationModel(inputsOfRow(row, architecture))
  const bytes = totalAt(model.afterForward, Number(row.batch), Number(row.sequence))
  const withoutMask = model.afterForward.filter(({ key }) => key !== 'activations/mask')
  const savedBytes = totalAt(withoutMask, Number(row.batch), Number(row.sequence))
  return {
    row,
    bytes,
    savedBytes,
    name: [row.model, row.mode, row.attention, row.variant, row.checkpointing].join(' '),
  }
})

describe('what is alive after the forward', () => {
  it('sees every row of the oracle', () => {
    expect(cases).toHaveLength(1582)
  })

  it('is within 0.5 % of the real model classes, all precisions, adapters and kernels', () => {
    const wrong = cases.filter(
      ({ row, bytes }) => !isKnownException(row) && !(Math.abs(bytes / Number(row.liveBytes) - 1) <= 0.005),
    )
    expect(wrong.map(({ name }) => name)).toEqual([])
  })

  it('is what the graph saves; checkpoints keep masks as arguments, some models save them', () => {
    const near = (bytes: number, row: Row): boolean => Math.abs(bytes / Number(row.savedBytes) - 1) <= 0.005
    const wrong = cases.filter(
      ({ row, bytes, savedBytes }) => !isKnownException(row) && !near(bytes, row) && !near(savedBytes, row),
    )
    expect(wrong.map(({ name }) => name)).toEqual([])
  })

  it('is right to one part in a million for most rows', () => {
    const exact = cases.filter(({ row, bytes }) => Math.abs(bytes / Number(row.liveBytes) - 1) < 1e-6)
    expect(exact.length).toBeGreaterThanOrEqual(1300)
  })
})
