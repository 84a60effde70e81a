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

/** Schemas that a value at the next step of a path may have. */
function step(schema: z.ZodType, key: string | number): z.ZodType[] {
  const { shape, element, valueType } = definitionOf(schema)
  const child = shape?.[String(key)] ?? element ?? valueType
  return child === undefined ? [] : [child]
}

/** A schema without transforms, optionals and defaults around it; a union is its branches. */
function opened(schema: z.ZodType): z.ZodType[] {
  const { in: input, innerType, options } = definitionOf(schema)
  const inside = input ?? innerType
  if (inside !== undefined) return opened(inside)
  return options === undefined ? [schema] : options.flatMap(opened)
}

/** The keys that a schema knows at a path. */
export function keysAt(schema: z.ZodType, path: readonly (string | number)[]): string[] {
  let schemas = opened(schema)
  for (const key of path) schemas = schemas.flatMap((one) => step(one, key).flatMap(opened))
  return [...new Set(schemas.flatMap((one) => Object.keys(definitionOf(one).shape ?? {})))]
}
