import * as schemaKeys from '../../catalog/schema-keys.ts'
import { Spec } from '../../core/domain/spec.ts'
import type { KeyPath } from './document.ts'

/** Keys that the spec allows below a path. */
export const keysAt = (path: KeyPath): string[] => schemaKeys.keysAt(Spec, path)

/** Whether only a map of fixed keys can stand at a path. */
export const isSection = (path: KeyPath): boolean => schemaKeys.isSection(Spec, path)

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
