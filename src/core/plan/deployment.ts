import { cachedValues } from '../architecture/index.ts'
import type { Architecture } from '../domain/architecture.ts'
import type { Deployment, FederatedTraffic } from '../domain/deployment.ts'
import { UserError } from '../errors.ts'
import { TermSink } from '../term.ts'
import { bytesPerValue } from '../units.ts'

export interface DeploymentInput {
  readonly architecture: Architecture
  readonly totalParameters: number
  /** Parameters of one adapter; null when the model itself was trained. */
  readonly adapterParameters: number | null
  readonly adapterBytesPerValue: number
  /** Bytes of the base as it is served: its own format under QLoRA, else 16 bit. */
  readonly baseBytes: number
  readonly quantizedBase: boolean
  /** Adapters on one base at once. */
  readonly adapterCount: number
  readonly versions: number
  /** Tokens of all sequences that are served at the same time. */
  readonly cachedTokens: number
  /** Longest of them: a sliding window keeps no more than its width of each. */
  readonly tokensPerSequence: number
  /** USD for a byte and a month; null when no price is known. */
  readonly usdPerByteMonth: number | null
}

/** Sizes and costs of putting a trained model to work: one base with n adapters, or n whole models. */
export function deploymentOf(input: DeploymentInput): Deployment {
  checkCounts(input)
  const { totalParameters, adapterParameters, adapterBytesPerValue, adapterCount } = input
  const mergedBytes = totalParameters * bytesPerValue.bf16
  const adapterBytes = adapterParameters === null ? null : adapterParameters * adapterBytesPerValue
  const { total, terms } = servingBill(input, adapterBytes)
  return {
    adapterBytes,
    mergedBytes,
    mergeNeedsOriginal: adapterBytes !== null && input.quantizedBase,
    adapterCount: adapterBytes === null ? 0 : adapterCount,
    servingBytes: total,
    servingTerms: terms,
    cacheBytesPerToken: cacheBytesPerToken(input.architecture),
    storage: storageOf(input, adapterBytes, mergedBytes),
  }
}

/**
 * Memory of a server: base weights once, every adapter, and the keys and values of the tokens in flight.
 * @source vllm, multi-LoRA serving: adapters beside one base
 */
function servingBill(input: DeploymentInput, adapterBytes: number | null): TermSink {
  const sink = new TermSink()
  const { adapterCount, cachedTokens, architecture, tokensPerSequence } = input
  sink.add('weights/base', input.baseBytes, 'the base as it is served', 'plan')
  if (adapterBytes !== null) {
    const formula = `${adapterCount} adapters x ${adapterBytes} B`
    sink.add('adapters/served', adapterCount * adapterBytes, formula, 'vllm')
  }
  const cache = cacheBytes(architecture, cachedTokens, tokensPerSequence)
  sink.add(
    'buffers/key-value-cache',
    cache,
    `${cachedTokens} tokens in flight, 16-bit keys and values`,
    'vllm',
  )
  return sink
}

/** Keys and values of one token in all layers, in bytes: 16 bit each. */
export const cacheBytesPerToken = ({ layers }: Architecture): number =>
  layers.reduce((sum, { attention, indices }) => sum + indices.length * cachedValues(attention), 0) *
  bytesPerValue.bf16

function cacheBytes({ layers }: Architecture, tokens: number, tokensPerSequence: number): number {
  const keptShare = (window: number | null): number =>
    window === null || tokensPerSequence <= window ? 1 : window / tokensPerSequence
  const values = layers.reduce(
    (sum, { attention, indices }) =>
      sum + indices.length * cachedValues(attention) * tokens * keptShare(attention.slidingWindow),
    0,
  )
  return values * bytesPerValue.bf16
}

/** Adapters: one base and a small file a version. Whole models: one of them a version. */
function storageOf(
  { versions, usdPerByteMonth, adapterCount, baseBytes }: DeploymentInput,
  adapterBytes: number | null,
  mergedBytes: number,
): Deployment['storage'] {
  const bytesPerVersion = adapterBytes === null ? mergedBytes : adapterBytes * adapterCount
  const bytes = bytesPerVersion * versions + (adapterBytes === null ? 0 : baseBytes)
  return {
    versions,
    bytes,
    bytesPerVersion,
    usdPerMonth: usdPerByteMonth === null ? null : bytes * usdPerByteMonth,
    usdPerVersionMonth: usdPerByteMonth === null ? null : bytesPerVersion * usdPerByteMonth,
  }
}

function checkCounts({ adapterCount, versions, cachedTokens }: DeploymentInput): void {
  const counts = { 'deployment.adapters': adapterCount, 'deployment.versions': versions }
  for (const [key, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < 1)
      throw new UserError('invalid-spec', `${key}: ${value} is no count`)
  }
  if (!(cachedTokens >= 0))
    throw new UserError('invalid-spec', `cached tokens: ${cachedTokens} is not 0 or more`)
}

/**
 * Bytes that federated fine-tuning moves: in each round every client gets the trained tensors and sends its own back.
 * @source mcmahan-2017 federated averaging
 */
export function federatedTraffic(clients: number, rounds: number, trainedBytes: number): FederatedTraffic {
  const sink = new TermSink()
  const oneWay = clients * rounds * trainedBytes
  const words = `${rounds} rounds x ${clients} clients x ${trainedBytes} B`
  sink.add('communication/broadcast', oneWay, `${words} to the clients`, 'mcmahan-2017')
  sink.add('communication/collect', oneWay, `${words} from the clients`, 'mcmahan-2017')
  return { bytesPerRound: 2 * clients * trainedBytes, totalBytes: sink.total, terms: sink.terms }
}

/** A mixture of adapters: all are held, a router picks some for each token. */
export interface AdapterMixture {
  readonly parameters: number
  /** Router: one score for each adapter in each adapted layer. */
  readonly routerParameters: number
  /** Adapter parameters that one token passes. */
  readonly activeParameters: number
  /** Extra forward FLOP of a token: a multiply-add for each active adapter and router parameter. */
  readonly flopsPerToken: number
}

/**
 * Size and work of a mixture of adapters with a linear router in every layer.
 * @source fedus-2022 for the router; one multiply-add a parameter and token
 */
export function adapterMixture(
  adapterParameters: number,
  adapterCount: number,
  activeCount: number,
  { hiddenSize, layerCount }: Pick<Architecture, 'hiddenSize' | 'layerCount'>,
): AdapterMixture {
  if (!(activeCount >= 1 && activeCount <= adapterCount)) {
    throw new UserError(
      'invalid-spec',
      `lora.count: ${activeCount} of ${adapterCount} adapters cannot be active`,
    )
  }
  const routerParameters = adapterCount === 1 ? 0 : layerCount * hiddenSize * adapterCount
  const activeParameters = activeCount * adapterParameters
  return {
    parameters: adapterCount * adapterParameters + routerParameters,
    routerParameters,
    activeParameters,
    flopsPerToken: 2 * (activeParameters + routerParameters),
  }
}
