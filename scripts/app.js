// Becomes dist/app.js, which loads the bundled program. Node 22.8 and later keep compiled code by themselves; before that, the code that was
// compiled when the program was built saves a third of the start.
import { existsSync, readFileSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { appScript, exportsOf } from './app-script.js'

const file = fileURLToPath(new URL('app.cjs', import.meta.url))
const kept = fileURLToPath(new URL('app.code', import.meta.url))

const app =
  module.enableCompileCache === undefined && existsSync(kept)
    ? exportsOf(appScript(file, readFileSync(kept)), file)
    : createRequire(import.meta.url)(file)

export const { runProgram } = app
