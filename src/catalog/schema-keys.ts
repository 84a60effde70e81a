import type * as z from 'zod'

/** The parts of a schema's definition that lead to its keys. */
interface Definition {
  readonly type: string
  readonly shape?: Readonly<Record<string, z.ZodType>>
  /** Input of a transform. */
  readonly in?: z.ZodType
  readonly innerType?: z.ZodType
  readonly element?: z.ZodType
  readonly valueType?: z.ZodType
  readonly options?: readonly z.ZodType[]
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition

/** Schemas that a value at the next step of a path may have. Own keys only: a file may have a key that every object has. */
function step(schema: z.ZodType, key: string | number): z.ZodType[] {
  const { shape, element, valueType } = definitionOf(schema)
  const named = shape !== undefined && Object.hasOwn(shape, key) ? shape[key] : valueType
  const child = typeof key === 'number' ? element : named
  return child === undefined ? [] : [child]
}

/** A schema without transforms, optionals and defaults around it; a union is its branches. */
function opened(schema: z.ZodType): z.ZodType[] {
  const { in: input, innerType, options } = definitionOf(schema)
  const inside = input ?? innerType
  if (inside !== undefined) return opened(inside)
  return options === undefined ? [schema] : options.flatMap(opened)
}

/** What a schema allows at a path. */
function schemasAt(schema: z.ZodType, path: readonly (string | number)[]): z.ZodType[] {
  let schemas = opened(schema)
  for (const key of path) schemas = schemas.flatMap((one) => step(one, key).flatMap(opened))
  return schemas
}

/** The keys that a schema knows at a path. */
export const keysAt = (schema: z.ZodType, path: readonly (string | number)[]): string[] => [
  ...new Set(schemasAt(schema, path).flatMap((one) => Object.keys(definitionOf(one).shape ?? {}))),
]

/** Whether only a map of fixed keys can stand at a path. */
export function isSection(schema: z.ZodType, path: readonly (string | number)[]): boolean {
  const schemas = schemasAt(schema, path)
  return schemas.length > 0 && schemas.every((one) => definitionOf(one).shape !== undefined)
}
