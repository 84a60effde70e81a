import { tensorSize } from '../architecture/index.ts'
import type { Optimizer } from '../domain/optimizer.ts'
import { bytesPerValue } from '../units.ts'

type State = Optimizer['states'][number]

/** A tensor that the optimizer steps: its shape, and the rank to which its gradient is projected (GaLore), if any. */
export interface SteppedTensor {
  readonly shape: readonly number[]
  readonly projectionRank: number | null
}

/** Rows and columns of a matrix; tensors of three dimensions are stacks of matrices. */
function matrixOf(shape: readonly number[]): { stack: number; rows: number; columns: number } | null {
  if (shape.length < 2) return null
  const rows = shape.at(-2) ?? 1
  const columns = shape.at(-1) ?? 1
  return { stack: tensorSize(shape.slice(0, -2)), rows, columns }
}

/**
 * Values of a state for one tensor: as many as parameters; a row and a column vector for each matrix (Adafactor); or those of the
 * projected gradient, rank times the longer side (GaLore). Vectors have a whole state.
 *
 * @source shazeer-2018-adafactor
 * @source zhao-2024-galore
 */
export function stateValues(extent: State['extent'], { shape, projectionRank }: SteppedTensor): number {
  if (extent === 'none') return 0
  const matrix = matrixOf(shape)
  if (matrix === null) return tensorSize(shape)
  const { stack, rows, columns } = matrix
  if (extent === 'rows-and-columns') return stack * (rows + columns)
  if (projectionRank === null) return tensorSize(shape)
  return stack * Math.min(projectionRank, rows, columns) * Math.max(rows, columns)
}

/** Projection matrix of GaLore, in the width of the gradient: the shorter side times the rank. */
function projectorBytes({ shape, projectionRank }: SteppedTensor, width: number): number {
  const matrix = matrixOf(shape)
  if (matrix === null || projectionRank === null) return 0
  const shorter = Math.min(matrix.rows, matrix.columns)
  return matrix.stack * shorter * Math.min(projectionRank, shorter) * width
}

/**
 * Bytes of one optimizer state of one tensor.
 *
 *   bytes = values · bytes(dtype), + 4 B for each block of quantised values; tensors below the minimum stay fp32
 *
 * @source dettmers-2021-8bit
 */
export function stateBytes(
  state: State,
  { minimum_quantized_size }: Pick<Optimizer, 'minimum_quantized_size'>,
  tensor: SteppedTensor,
  parameterWidth: number,
): number {
  const values = stateValues(state.extent, tensor)
  if (state.dtype === 'parameter') return values * parameterWidth
  if (state.block_size === null) return values * bytesPerValue[state.dtype]
  if (tensorSize(tensor.shape) < minimum_quantized_size) return values * bytesPerValue.fp32
  return values * bytesPerValue[state.dtype] + Math.ceil(values / state.block_size) * bytesPerValue.fp32
}

/** Bytes of all states of one tensor, projection included. */
export const statesBytes = (optimizer: Optimizer, tensor: SteppedTensor, parameterWidth: number): number =>
  optimizer.states.reduce(
    (sum, state) => sum + stateBytes(state, optimizer, tensor, parameterWidth),
    projectorBytes(tensor, parameterWidth),
  )
