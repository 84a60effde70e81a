import { dirname, resolve } from 'node:path'
import type { Spec } from '../../core/domain/spec.ts'
import { UserError } from '../../core/errors.ts'
import type { Host } from '../host.ts'
import { checkedSpec } from '../spec/check.ts'
import type { SpecDocument } from '../spec/document.ts'
import { parseDocuments } from '../spec/documents.ts'
import { withPaths } from '../spec/read.ts'
import { readSpecText } from '../spec/text.ts'
import type { RowInDocument } from './run-rows.ts'

const specOf = (document: SpecDocument, host: Host): Promise<Spec> =>
  checkedSpec({ value: withPaths(document, host), origins: {}, places: {} }, document)

/** The one spec in a file. Flags and environment say nothing of a run that has been. */
export async function specInFile(reference: string, host: Host): Promise<Spec> {
  const documents = await parseDocuments(await readSpecText(reference, host))
  const [document] = documents
  if (document === undefined || documents.length > 1) {
    throw new UserError('usage', `${reference} holds ${documents.length} specs: a run has one`)
  }
  if ('error' in document) throw document.error
  return specOf(document, host)
}

/** The spec of a row: written there, or in a file that is named relative to the row's. */
export function specOfRow(row: RowInDocument, spec: string | object, host: Host): Promise<Spec> {
  const { document, path } = row
  if (typeof spec === 'string') {
    const folder = document.file === null ? host.cwd : dirname(document.file)
    return specInFile(resolve(folder, spec), host)
  }
  return specOf(
    {
      name: document.name,
      file: document.file,
      value: spec,
      locate: (below, what) => document.locate([...path, 'spec', ...below], what),
    },
    host,
  )
}
