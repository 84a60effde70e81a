import { join } from 'node:path'
import { UserError } from '../core/errors.ts'
import type { Environment, Files } from './files.ts'
import { jsonObject, readJsonObject } from './read-input.ts'

export type ModelConfig = Readonly<Record<string, unknown>>

/** How the Hugging Face Hub is reached, and whether it may be. */
export interface HubAccess {
  readonly files: Files
  readonly env: Environment
  /** `--offline`. */
  readonly offline: boolean
  fetch(url: string, init?: RequestInit): Promise<Response>
}

const TIME_OUT_MILLISECONDS = 10_000
const MOST_CHARACTERS = 10 * 2 ** 20

/** `owner/name`, and nothing that climbs out of a folder. */
export const isHubId = (reference: string): boolean =>
  /^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(reference) && !reference.includes('..')

/** The folder of the local Hub cache, by the rules of huggingface_hub; null where even the home folder is unknown. */
function cacheFolder(env: Environment): string | null {
  const stated = env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE
  if (stated) return stated
  const home = env.HOME || env.USERPROFILE
  const cache = env.XDG_CACHE_HOME || (home ? join(home, '.cache') : undefined)
  const hub = env.HF_HOME || (cache === undefined ? undefined : join(cache, 'huggingface'))
  return hub === undefined ? null : join(hub, 'hub')
}

/** The config of a model that was downloaded before; null when it was not. */
export function cachedConfig(id: string, files: Files, env: Environment): ModelConfig | null {
  const cache = cacheFolder(env)
  if (cache === null) return null
  const folder = join(cache, `models--${id.replace('/', '--')}`)
  const main = join(folder, 'refs', 'main')
  if (files.stat(main)?.kind !== 'file') return null
  const commit = new TextDecoder().decode(files.readFile(main)).trim()
  if (!/^[\w.-]+$/.test(commit)) return null
  const config = join(folder, 'snapshots', commit, 'config.json')
  return files.stat(config)?.kind === 'file' ? readJsonObject(files, config) : null
}

const isOn = (value: string | undefined): boolean => /^(1|true|yes|on)$/i.test(value ?? '')

/** Why the network is not used; null when it may be. */
function whyOffline({ offline, env }: HubAccess): string | null {
  if (offline) return '--offline is given'
  return isOn(env.HF_HUB_OFFLINE) ? 'HF_HUB_OFFLINE is set' : null
}

/** The config.json of a model on the Hub. */
export async function fetchConfig(id: string, access: HubAccess): Promise<ModelConfig> {
  const why = whyOffline(access)
  if (why !== null) throw notDownloaded(id, why)
  const url = `${endpoint(access.env)}/${id}/resolve/main/config.json`
  const response = await answerOf(id, url, access)
  if (!response.ok) throw refusal(id, url, response.status, access.env)
  const text = await response.text().catch((error: unknown) => Promise.reject(unreachable(url, error)))
  if (text.length > MOST_CHARACTERS) throw new UserError('network', `${url} is no config: it is too long`)
  try {
    return jsonObject(text, url)
  } catch (error) {
    throw error instanceof UserError ? new UserError('network', error.message, error.hint) : error
  }
}

/** The error of a model that is neither a preset nor downloaded, while the network is not used. */
export const notDownloaded = (id: string, why: string): UserError =>
  new UserError(
    'not-found',
    `the model ${JSON.stringify(id)} is no preset and not in the local Hugging Face cache, and ${why}`,
    `huggingface-cli download ${id} config.json fetches it; ftplan list models shows the presets`,
  )

function endpoint(env: Environment): string {
  const stated = (env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '')
  if (!/^https?:\/\/[^/@]+/.test(stated)) {
    throw new UserError('usage', `HF_ENDPOINT is ${JSON.stringify(stated)}, which is no http address`)
  }
  return stated
}

async function answerOf(id: string, url: string, { env, fetch }: HubAccess): Promise<Response> {
  const token = env.HF_TOKEN?.trim()
  try {
    return await fetch(url, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
      signal: AbortSignal.timeout(TIME_OUT_MILLISECONDS),
    })
  } catch (error) {
    throw unreachable(`the config of ${id} at ${url}`, error)
  }
}

function unreachable(what: string, error: unknown): UserError {
  const timedOut = error instanceof Error && error.name === 'TimeoutError'
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
  const why = timedOut ? `no answer within ${TIME_OUT_MILLISECONDS / 1000} s` : cause || 'the network failed'
  return new UserError(
    'network',
    `${what} cannot be fetched: ${why}`,
    'give the path of a config.json, or a preset',
  )
}

function refusal(id: string, url: string, status: number, env: Environment): UserError {
  if (status === 401 || status === 403) {
    const hint = env.HF_TOKEN
      ? `open https://huggingface.co/${id} and accept its terms with the account of HF_TOKEN`
      : `accept the terms at https://huggingface.co/${id} and set HF_TOKEN; or give the path of a config.json`
    return new UserError(
      'not-found',
      `the Hub does not hand out the config of ${id} (HTTP ${status}): it is gated, private or not there`,
      hint,
    )
  }
  if (status === 404) {
    return new UserError(
      'not-found',
      `the Hub has no config.json of ${id}`,
      'ftplan list models shows the presets',
    )
  }
  return new UserError(
    'network',
    `${url} answered HTTP ${status}`,
    'try again, or give the path of a config.json',
  )
}
