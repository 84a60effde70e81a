// Base units only inside the core (bytes, seconds, FLOP, USD, tokens, fractions): convert when reading YAML and when rendering.

/** One GiB in bytes. `GB` is 1e9 and is never used for memory. */
export const GIB = 2 ** 30
export const MIB = 2 ** 20
export const GB = 1e9
export const SECONDS_PER_HOUR = 3600
/** Of a mean year: 365.25 days. */
export const HOURS_PER_YEAR = 8766

/** A quantity with its 90 % range. */
export interface Range {
  readonly low: number
  readonly mid: number
  readonly high: number
}

/** A range in another unit, or of a part. */
export const scaledRange = ({ low, mid, high }: Range, factor: number): Range => ({
  low: low * factor,
  mid: mid * factor,
  high: high * factor,
})

/** A FLOP count is 2 per multiply-add everywhere; peaks are dense (no sparsity). */
export const FLOPS_PER_MULTIPLY_ADD = 2

/** Storage types of tensors. `nf4` and `fp4` are without their constants. */
export type DType = 'fp32' | 'bf16' | 'fp16' | 'fp8' | 'int8' | 'nf4' | 'fp4' | 'int4' | 'int64'

/** Bytes of one value. */
export const bytesPerValue: Readonly<Record<DType, number>> = {
  fp32: 4,
  bf16: 2,
  fp16: 2,
  fp8: 1,
  int8: 1,
  nf4: 0.5,
  fp4: 0.5,
  int4: 0.5,
  int64: 8,
}
