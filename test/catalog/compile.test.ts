import { describe, expect, it } from 'vitest'
import { compilePresetTree } from '../../src/catalog/compile.ts'
import { memoryFiles } from '../support/memory-files.ts'

const list = (gpu: string, usd: number) => `name: A cloud
kind: gpu-cloud
rows:
  - { gpu: ${gpu}, count: 1, instance: null, region: null, usd_per_gpu_hour: ${usd}, spot_usd_per_gpu_hour: null, as_of: null, source: x, reliability: low }
`
const tree = (files: Readonly<Record<string, string>>) => {
  const rooted = Object.fromEntries(Object.entries(files).map(([path, text]) => [`/p/${path}`, text]))
  const memory = memoryFiles(rooted)
  // A folder lists its files and folders.
  const names = (folder: string): string[] => {
    const below = Object.keys(rooted).filter((path) => path.startsWith(`${folder}/`))
    return [...new Set(below.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))].sort()
  }
  return { ...memory, list: (path: string) => names(path.replace(/\/$/, '')) }
}
const json = (compiled: ReturnType<typeof compilePresetTree>, path: string): unknown =>
  JSON.parse(compiled.files.get(path) ?? 'null')

describe('compiling presets', () => {
  const method =
    'name: Full\nsummary: all\ntrains: all\nquantized_base: false\nlow_rank_states: false\nsources: [x]\n'

  it('writes each preset, with its file name as id, and an index', () => {
    const compiled = compilePresetTree(tree({ 'methods/full.yaml': method, 'notes.yaml': 'a: 1\n' }), '/p')
    expect(compiled.problems).toEqual([])
    expect(json(compiled, 'methods/full.json')).toMatchObject({ id: 'full', trains: 'all' })
    expect(json(compiled, 'notes.json')).toEqual({ a: 1 })
    expect(json(compiled, 'index.json')).toMatchObject({ ids: { methods: ['full'] }, data: ['notes'] })
  })

  it('puts the rows of a card from every provider into one file', () => {
    const files = tree({
      'prices/a.yaml': list('x', 1),
      'prices/b.yaml': list('x', 2),
      'prices/c.yaml': list('y', 3),
    })
    const compiled = compilePresetTree(files, '/p')
    expect(json(compiled, 'offers/x.json')).toMatchObject([
      { id: 'a', rows: [{ usd_per_gpu_hour: 1 }] },
      { id: 'b', rows: [{ usd_per_gpu_hour: 2 }] },
    ])
  })

  it('leaves out what is invalid and says why', () => {
    const compiled = compilePresetTree(
      tree({ 'methods/full.yaml': `${method.replace('all\n', 'al\n')}x: 1\n` }),
      '/p',
    )
    expect(compiled.problems.map(({ message }) => message)).toEqual([
      '/p/methods/full.yaml:7:1: unknown key "x"',
    ])
    expect(compiled.files.has('methods/full.json')).toBe(false)
  })

  it('has a version that changes with every change', () => {
    const version = (text: string) => {
      const index = json(compilePresetTree(tree({ 'notes.yaml': text }), '/p'), 'index.json')
      return (index as { version: string }).version
    }
    expect(version('a: 1\n')).toBe(version('a: 1\n'))
    expect(version('a: 1\n')).not.toBe(version('a: 2\n'))
  })
})
