import * as z from 'zod'
import { Report } from './report.ts'
import { Spec } from './spec.ts'

/** Documents that have a published schema. */
export const schemaNames = ['spec', 'report'] as const
export type SchemaName = (typeof schemaNames)[number]

const titles: Record<SchemaName, string> = {
  spec: 'ftplan spec (ftplan.yaml)',
  report: 'ftplan report (--format json)',
}

/** The JSON Schema of a document, in the draft that editors read. */
export function jsonSchema(name: SchemaName): object {
  const schema = name === 'spec' ? Spec : Report
  return { title: titles[name], ...z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) }
}
