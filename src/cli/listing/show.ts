import type { Catalog } from '../../catalog/index.ts'
import { architectureOf, modelReport } from '../../core/architecture/index.ts'
import { right } from '../../render/column.ts'
import { formatCount } from '../../render/format.ts'
import type { Block, Sheet } from '../../render/sheet.ts'
import type { ListedKind } from './kinds.ts'

/** One preset in full. */
export function showSheet(catalog: Catalog, kind: ListedKind, id: string): Sheet {
  if (kind === 'models') return modelSheet(catalog, id)
  const value = catalog.preset(kind, id)
  return {
    data: value,
    blocks: [
      { columns: [{ head: 'key' }, { head: 'value' }], rows: leavesOf(value) },
      ...citations(catalog, value),
    ],
  }
}

/** A model as it is estimated: its parameters by kind and its linears, from a preset, the Hub or a config.json. */
function modelSheet(catalog: Catalog, reference: string): Sheet {
  const { id, config } = catalog.model(reference)
  const model = { id, ...modelReport(architectureOf(config)) }
  const counts = Object.entries(model.parameters).map(([part, count]) => [
    part,
    formatCount(count),
    String(count),
  ])
  const linears = model.linears.map((linear) => [
    linear.name,
    String(linear.in),
    String(linear.out),
    String(linear.count),
  ])
  return {
    data: model,
    blocks: [
      {
        title: `${id ?? reference} (${model.modelType})`,
        columns: [{ head: 'parameters' }, right(''), right('exactly')],
        rows: [
          ...counts,
          ['quantizable', formatCount(model.quantizableParameters), String(model.quantizableParameters)],
        ],
      },
      {
        title: 'Linears',
        columns: [{ head: 'name' }, right('in'), right('out'), right('count')],
        rows: linears,
      },
    ],
  }
}

/** Every leaf of a value as a dotted key and its text; lists of plain values are one line. */
function leavesOf(value: unknown, path = ''): string[][] {
  if (typeof value !== 'object' || value === null) return [[path, value === null ? '-' : String(value)]]
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)) {
    return [[path, value.join(', ')]]
  }
  return Object.entries(value).flatMap(([key, child]) =>
    leavesOf(child, path === '' ? key : `${path}.${key}`),
  )
}

/** What the citation keys of a preset stand for. */
function citations(catalog: Catalog, value: unknown): Block[] {
  const keys = typeof value === 'object' && value !== null && 'sources' in value ? value.sources : []
  if (!Array.isArray(keys)) return []
  const sources = catalog.sources()
  const lines = keys.flatMap((key) => {
    const source = typeof key === 'string' ? sources[key] : undefined
    if (source === undefined) return []
    const { title, authors, year, url } = source
    return [
      [String(key), [authors, year, title, url].filter((part) => part !== undefined).join(', ')].join(': '),
    ]
  })
  return lines.length === 0 ? [] : [{ title: 'Sources', lines }]
}
