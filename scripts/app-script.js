// The bundled program as a script whose compiled code can be kept.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Script } from 'node:vm'

/** The script in a file; `compiled` is code that was compiled from it before, and is passed over where another version of V8 made it. */
export const appScript = (file, compiled) =>
  new Script(`(function (exports, require, module) {${readFileSync(file, 'utf8')}\n})`, {
    filename: file,
    ...(compiled === undefined ? {} : { cachedData: compiled }),
  })

/** What the script exports. */
export function exportsOf(script, file) {
  const module = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(file), module)
  return module.exports
}
