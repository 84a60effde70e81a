import { Spec } from '../../core/domain/spec.ts'
import type { KeyPath } from './document.ts'

/** What is read of a schema: its own description of itself. */
interface SchemaNode {
  readonly def: {
    readonly type: string
    readonly shape?: Readonly<Record<string, SchemaNode>>
    readonly innerType?: SchemaNode
    readonly options?: readonly SchemaNode[]
    readonly element?: SchemaNode
  }
}

const root: SchemaNode = Spec as unknown as SchemaNode

/** The objects and lists that a schema can be, wrappers and unions opened. */
function alternatives(node: SchemaNode): readonly SchemaNode[] {
  const { def } = node
  if (def.innerType !== undefined) return alternatives(def.innerType)
  if (def.options !== undefined) return def.options.flatMap((option) => alternatives(option))
  return [node]
}

/** Own keys only: a spec may have a key named like a property that every object has. */
const childOf = (shape: SchemaNode['def']['shape'], key: string): SchemaNode | undefined =>
  shape !== undefined && Object.hasOwn(shape, key) ? shape[key] : undefined

function nodesAt(path: KeyPath): readonly SchemaNode[] {
  let nodes = alternatives(root)
  for (const part of path) {
    nodes = nodes.flatMap(({ def }) => {
      const child = typeof part === 'number' ? def.element : childOf(def.shape, part)
      return child === undefined ? [] : alternatives(child)
    })
  }
  return nodes
}

/** Keys that the spec allows below a path. */
export const keysAt = (path: KeyPath): string[] => [
  ...new Set(nodesAt(path).flatMap(({ def }) => Object.keys(def.shape ?? {}))),
]

/** Whether only a map of fixed keys can stand at a path. */
export const isSection = (path: KeyPath): boolean => {
  const nodes = nodesAt(path)
  return nodes.length > 0 && nodes.every(({ def }) => def.shape !== undefined)
}

/** Every key of the spec as a dotted path, lists left out. */
export function allKeys(): string[] {
  const found: string[] = []
  const visit = (path: readonly string[]): void => {
    for (const key of keysAt(path)) {
      const child = [...path, key]
      found.push(child.join('.'))
      visit(child)
    }
  }
  visit([])
  return found
}
