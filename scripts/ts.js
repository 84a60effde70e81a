// Runs a TypeScript script of this folder: node scripts/ts.js scripts/<name>.ts [arguments].
import { importTypeScript } from './import-typescript.js'

const [script, ...rest] = process.argv.slice(2)
if (script === undefined) throw new Error('usage: node scripts/ts.js SCRIPT.ts [arguments]')
process.argv = [process.argv[0] ?? 'node', script, ...rest]
await importTypeScript(script)
