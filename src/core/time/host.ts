/** What decides how many operations the host launches for one layer and pass. */
export interface HostStyle {
  readonly fused: boolean
  readonly fusedAdapters: boolean
  readonly quantized: boolean
  /** Adapters in fp32 under autocast: three casts more. */
  readonly castAdapters: boolean
}

/**
 * Operations that the host launches for one layer and pass.
 *
 *   34 (22 with fused kernels) + 2 a linear + 6 an adapter (+3 with casts) + 3 a quantised linear
 *
 * Counted on a Llama layer of the Hugging Face model classes.
 */
export function layerOperations(linears: number, adapted: number, style: HostStyle): number {
  const perAdapter = 6 + (style.castAdapters && !style.fusedAdapters ? 3 : 0)
  return (style.fused ? 22 : 34) + linears * (2 + (style.quantized ? 3 : 0)) + adapted * perAdapter
}

/**
 * Time of one micro-batch when the GPU works `gpuSeconds` and the host needs `hostSeconds` to launch it.
 *
 *   (gpu^p + host^p)^(1/p)
 *
 * The slower of the two where they differ much, more than either where they are close: neither is ever perfectly ahead.
 */
export function overlapped(gpuSeconds: number, hostSeconds: number, exponent: number): number {
  const slower = Math.max(gpuSeconds, hostSeconds)
  if (slower === 0) return 0
  const ratio = Math.min(gpuSeconds, hostSeconds) / slower
  return slower * (1 + ratio ** exponent) ** (1 / exponent)
}
