import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { ftplan } from './support/host.ts'

const path = resolve(import.meta.dirname, '../README.md')

/** What stands between the marks of a generated part. */
function partOf(readme: string, name: string): string {
  const [, rest = ''] = readme.split(`<!-- begin ${name} -->\n`)
  return rest.split(`<!-- end ${name} -->`)[0] ?? ''
}

function withPart(readme: string, name: string, text: string): string {
  const begin = `<!-- begin ${name} -->\n`
  const end = `<!-- end ${name} -->`
  const [before = '', rest = ''] = readme.split(begin)
  return `${before}${begin}${text}${end}${rest.split(end)[1] ?? ''}`
}

const block = (command: string, output: string): string =>
  `\`\`\`\n$ ${command}\n${output.trimEnd()}\n\`\`\`\n`

const generated: Record<string, () => Promise<string>> = {
  quickstart: async () => block('ftplan estimate', (await ftplan('estimate quickstart --quiet')).out),
  accuracy: async () => (await ftplan('accuracy --format markdown --summary')).out,
}

// UPDATE_README=1 writes what the commands print today.
it.each(Object.keys(generated))('shows what the command prints today: %s', async (name) => {
  const text = (await generated[name]?.()) ?? ''
  expect(text).not.toBe('')
  if (process.env.UPDATE_README === '1') writeFileSync(path, withPart(readFileSync(path, 'utf8'), name, text))
  expect(partOf(readFileSync(path, 'utf8'), name)).toBe(text)
})
