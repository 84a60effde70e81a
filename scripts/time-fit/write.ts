import { readFileSync, writeFileSync } from 'node:fs'
import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml'
import type { Free } from './constants.ts'
import { presetsFolder } from './corpus.ts'

interface Learned {
  readonly ranges: Readonly<Record<string, { low: number; high: number }>>
  readonly stacks: readonly string[]
  readonly generations: readonly string[]
}

/** A constant that the runs leave within half a percent of its prior: they do not speak of it. */
const SILENT = 0.005

/** Writes the fitted values into the preset files, keeping their comments and layout. */
export function writeConstants(constants: readonly Free[], logs: readonly number[], learned: Learned): void {
  const files = new Map<string, { keys: string[]; value: number | null }[]>()
  constants.forEach(({ path, prior }, i) => {
    const [kind = '', ...rest] = path.split('/')
    const file = kind === 'stacks' ? `stacks/${rest[0]}.yaml` : 'calibration/time.yaml'
    const keys = kind === 'stacks' ? ['time', ...rest.slice(1)] : rest
    const value = Math.abs(logs[i]!) < SILENT ? null : Number((prior * Math.exp(logs[i]!)).toPrecision(3))
    files.set(file, [...(files.get(file) ?? []), { keys, value }])
  })
  for (const [file, values] of files) {
    const path = `${presetsFolder}/${file}`
    const document = parseDocument(readFileSync(path, 'utf8'))
    for (const { keys, value } of values) nodeAt(document.contents, keys)?.set('fit', value)
    if (file === 'calibration/time.yaml') writeLearned(document.contents, learned)
    writeFileSync(path, document.toString({ lineWidth: 0, flowCollectionPadding: false }))
  }
}

function writeLearned(root: unknown, { ranges, stacks, generations }: Learned): void {
  for (const [regime, { low, high }] of Object.entries(ranges)) {
    const node = nodeAt(root, ['ranges', regime])
    node?.set('low', low)
    node?.set('high', high)
  }
  const measured = nodeAt(root, ['measured'])
  measured?.set('stacks', [...stacks])
  measured?.set('generations', [...generations])
}

/** The map at a path; items of lists are found by their id. */
function nodeAt(node: unknown, keys: readonly string[]): YAMLMap | null {
  const [key, ...rest] = keys
  if (key === undefined) return isMap(node) ? node : null
  if (isSeq(node))
    return nodeAt(
      node.items.find((item) => isMap(item) && item.get('id') === key),
      rest,
    )
  return isMap(node) ? nodeAt(node.get(key, true), rest) : null
}
