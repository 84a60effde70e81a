import { resolve } from 'node:path'
import { UserError } from '../../core/errors.ts'
import type { Host } from '../host.ts'
import { writeResult } from '../output.ts'
import { openPresets } from '../presets.ts'
import { specFromFlags } from '../spec/read.ts'
import { specTemplate } from './template.ts'
import { askedFlags, mayAsk } from './wizard.ts'

/** Flags of `ftplan init`. */
export interface InitFlags {
  readonly output: string
  readonly force?: true
  readonly input: boolean
  readonly [flag: string]: unknown
}

/** Writes the spec that flags and answers describe. */
export async function initSpec(flags: InitFlags, host: Host): Promise<void> {
  const { output, force, input } = flags
  const isFile = output !== '-'
  if (isFile && force !== true && host.exists(resolve(host.cwd, output))) {
    throw new UserError('usage', `${output} is there already`, '--force replaces it, -o names another file')
  }
  const answers = mayAsk(host, input) ? await askedFlags(host, flags) : {}
  const presets = await openPresets(host, {})
  const spec = await specFromFlags({ ...flags, ...answers }, host, presets)
  writeResult(host, output, specTemplate(spec))
  if (isFile) host.err.write(`wrote ${output}; ftplan estimate ranks its plans\n`)
  if (isFile) host.err.write('ftplan schema spec -o ftplan.schema.json gives the editor its schema\n')
}
