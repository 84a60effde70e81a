import { describe, expect, it, vi } from 'vitest'
import type { Environment, Files } from '../../src/catalog/files.ts'
import { cachedConfig, fetchConfig, type HubAccess, isHubId } from '../../src/catalog/hub.ts'
import { diskFiles } from '../../src/cli/disk-files.ts'
import { packagedCatalog } from '../support/compiled-presets.ts'
import { memoryFiles } from '../support/memory-files.ts'

const config = { model_type: 'llama', hidden_size: 64 }
const cache = (root: string) =>
  memoryFiles({
    [`${root}/models--acme--tiny/refs/main`]: 'abc123\n',
    [`${root}/models--acme--tiny/snapshots/abc123/config.json`]: JSON.stringify(config),
  })

const access = (
  answer: Response | Error,
  change: Partial<HubAccess> = {},
): HubAccess & { fetch: ReturnType<typeof vi.fn> } => ({
  files: memoryFiles({}),
  env: {},
  offline: false,
  ...change,
  fetch: vi.fn(async () => {
    if (answer instanceof Error) throw answer
    return answer
  }),
})

/** Files in memory in front of those on the disk. */
const inFrontOf = (disk: Files, memory: Files): Files => {
  const of = (path: string) => (memory.stat(path) === null ? disk : memory)
  return {
    readFile: (path) => of(path).readFile(path),
    stat: (path) => of(path).stat(path),
    list: (path) => of(path).list(path),
  }
}

const failure = (status: number): Response => new Response('no', { status })

describe('Hub ids', () => {
  it.each(['meta-llama/Llama-3.1-8B', 'a/b', '_x/y'])('%s is one', (id) => expect(isHubId(id)).toBe(true))
  it.each(['gpt2', 'a/b/c', '../x', 'a/..', '/a', './a/b', 'a b/c', 'a/b?c', ''])('%j is none', (id) =>
    expect(isHubId(id)).toBe(false),
  )
})

describe('the local Hub cache', () => {
  it.each<[string, Environment, string]>([
    ['HF_HUB_CACHE', { HF_HUB_CACHE: '/a', HF_HOME: '/no', HOME: '/home/me' }, '/a'],
    ['HUGGINGFACE_HUB_CACHE', { HUGGINGFACE_HUB_CACHE: '/b', HOME: '/home/me' }, '/b'],
    ['HF_HOME', { HF_HOME: '/c', XDG_CACHE_HOME: '/no' }, '/c/hub'],
    ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/d', HOME: '/home/me' }, '/d/huggingface/hub'],
    ['the home folder', { HOME: '/home/me' }, '/home/me/.cache/huggingface/hub'],
    ['the home folder of Windows', { USERPROFILE: '/users/me' }, '/users/me/.cache/huggingface/hub'],
  ])('is found by %s', (_, env, root) => {
    expect(cachedConfig('acme/tiny', cache(root), env)).toEqual(config)
  })

  it('has nothing where nobody downloaded, or nobody has a home', () => {
    expect(cachedConfig('acme/other', cache('/a'), { HF_HUB_CACHE: '/a' })).toBeNull()
    expect(cachedConfig('acme/tiny', cache('/a'), {})).toBeNull()
  })

  it('does not leave its folder when a ref says so', () => {
    const files = memoryFiles({ '/a/models--acme--tiny/refs/main': '../../../etc', '/etc/config.json': '{}' })
    expect(cachedConfig('acme/tiny', files, { HF_HUB_CACHE: '/a' })).toBeNull()
  })

  it('serves a model that is no preset', async () => {
    const real = await packagedCatalog()
    const files = inFrontOf(diskFiles, cache('/a'))
    const catalog = await packagedCatalog({ files, env: { HF_HUB_CACHE: '/a' } })
    expect(catalog.model('acme/tiny')).toEqual({ id: 'acme/tiny', config })
    expect(() => real.model('acme/tiny')).toThrow(
      expect.objectContaining({
        code: 'not-found',
        hint: expect.stringContaining('huggingface-cli download acme/tiny'),
      }),
    )
  })
})

describe('fetching a config', () => {
  it('asks the Hub, or the endpoint that is set', async () => {
    const plain = access(Response.json(config))
    expect(await fetchConfig('acme/tiny', plain)).toEqual(config)
    expect(plain.fetch.mock.calls[0]?.[0]).toBe('https://huggingface.co/acme/tiny/resolve/main/config.json')
    const mirror = access(Response.json(config), { env: { HF_ENDPOINT: 'https://hf.example/' } })
    await fetchConfig('acme/tiny', mirror)
    expect(mirror.fetch.mock.calls[0]?.[0]).toBe('https://hf.example/acme/tiny/resolve/main/config.json')
  })

  it('sends the token and never prints it', async () => {
    const refused = access(failure(403), { env: { HF_TOKEN: 'hf_secret' } })
    const error = await fetchConfig('acme/tiny', refused).catch((caught: unknown) => caught)
    expect(refused.fetch.mock.calls[0]?.[1]).toMatchObject({ headers: { authorization: 'Bearer hf_secret' } })
    expect(error).toMatchObject({ code: 'not-found', hint: expect.stringContaining('accept its terms') })
    expect(JSON.stringify([String(error), (error as { hint: string }).hint])).not.toContain('hf_secret')
  })

  it('says that a token is needed when none is set', async () => {
    await expect(fetchConfig('acme/tiny', access(failure(401)))).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('set HF_TOKEN'),
    })
  })

  it.each([
    ['--offline', { offline: true }],
    ['HF_HUB_OFFLINE', { env: { HF_HUB_OFFLINE: '1' } }],
  ])('does not touch the network under %s', async (name, change) => {
    const closed = access(Response.json(config), change)
    await expect(fetchConfig('acme/tiny', closed)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining(name),
    })
    expect(closed.fetch).not.toHaveBeenCalled()
  })

  it('tells a missing model, a broken server and a broken network apart', async () => {
    await expect(fetchConfig('acme/tiny', access(failure(404)))).rejects.toMatchObject({ code: 'not-found' })
    await expect(fetchConfig('acme/tiny', access(failure(502)))).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('502'),
    })
    const broken = new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') })
    await expect(fetchConfig('acme/tiny', access(broken))).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('getaddrinfo ENOTFOUND'),
    })
    const late = Object.assign(new Error('late'), { name: 'TimeoutError' })
    await expect(fetchConfig('acme/tiny', access(late))).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('no answer within 10 s'),
    })
  })

  it('refuses an answer that is no JSON object, and an endpoint that is no address', async () => {
    await expect(fetchConfig('acme/tiny', access(new Response('<html>')))).rejects.toMatchObject({
      code: 'network',
    })
    await expect(fetchConfig('acme/tiny', access(Response.json([])))).rejects.toMatchObject({
      code: 'network',
    })
    const odd = access(Response.json(config), { env: { HF_ENDPOINT: 'file:///etc' } })
    await expect(fetchConfig('acme/tiny', odd)).rejects.toMatchObject({ code: 'usage' })
  })
})

describe('the catalog', () => {
  it('fetches what is neither preset nor on the machine, once', async () => {
    const catalog = await packagedCatalog()
    const hub = access(Response.json(config))
    await catalog.fetchModel('acme/tiny', hub)
    await catalog.fetchModel('acme/tiny', hub)
    await catalog.fetchModel('meta-llama/Llama-3.1-8B', hub)
    await catalog.fetchModel('./config.json', hub).catch(() => undefined)
    expect(hub.fetch).toHaveBeenCalledTimes(1)
    expect(catalog.model('acme/tiny')).toEqual({ id: 'acme/tiny', config })
  })

  it('takes a config as it stands in a spec', async () => {
    const catalog = await packagedCatalog()
    expect(catalog.model({ config })).toEqual({ id: null, config })
    expect(catalog.model({ config, id: 'mine' })).toEqual({ id: 'mine', config })
  })

  it('names the preset that an unknown Hub id sounds like', async () => {
    const catalog = await packagedCatalog()
    const hint = expect.stringMatching(/^did you mean the preset qwen2\.5-7b\? /)
    expect(() => catalog.model('someone/Qwen2.5-7B')).toThrow(expect.objectContaining({ hint }))
    const missing = catalog.fetchModel('someone/Qwen2.5-7B', access(failure(404)))
    await expect(missing).rejects.toMatchObject({ code: 'not-found', hint })
  })
})
