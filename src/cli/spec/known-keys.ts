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

function nodesAt(path: KeyPath): readonly SchemaNode[] {
  let nodes = alternatives(root)
  for (const part of path) {
    nodes = nodes.flatMap(({ def }) => {
      const child = typeof part === 'number' ? def.element : def.shape?.[part]
      return child === undefined ? [] : alternatives(child)
    })
  }
  return nodes
}

/** Keys that the spec allows below a path. */
export const keysAt = (path: KeyPath): string[] => [
  ...new Set(nodesAt(path).flatMap(({ def }) => Object.keys(def.shape ?? {}))),
]

/** Whether a map of fixed keys may stand at a path. */
export const isSection = (path: KeyPath): boolean => keysAt(path).length > 0

/** Every key of the spec as a dotted path, lists left out. */
export function allKeys(): string[] {
  const found: string[] = []
  const visit = (path: readonly string[]): void => {
    for (const key of keysAt(path)) {
      const child = [...path, key]
      found.push(child.join('.'))
      if (isSection(child)) visit(child)
    }
  }
  visit([])
  return found
}
