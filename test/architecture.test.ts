import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const source = join(root, 'src')

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join(source, file))

/** Source without comments, so that prose about a clock is no use of one. */
const codeOf = (file: string): string =>
  readFileSync(file, 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/.*$/gm, '')

const imports: readonly Import[] = files.flatMap((file) => {
  const code = codeOf(file)
  const found = code.matchAll(
    /\b(import|export)\s+(type\s+)?[^'";]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|^import\s+'([^']+)'/gm,
  )
  return [...found].map((match) => {
    const target = match[3] ?? match[4] ?? match[5] ?? ''
    const to = target.startsWith('.') ? relative(root, resolve(dirname(file), target)) : target
    const braces = /\{([^}]*)\}/.exec(match[0])?.[1]
    const allTypes =
      braces?.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type ')) ?? false
    return { from: relative(root, file), to, typeOnly: match[2] !== undefined || allTypes }
  })
})

const within = (folder: string) => (file: string) => file === `${folder}.ts` || file.startsWith(`${folder}/`)

/** Who may not import what, and why. */
const rules: readonly { name: string; from: string; not: readonly string[]; exceptTypes?: boolean }[] = [
  {
    name: 'the core knows no shell',
    from: 'src/core',
    not: ['src/cli', 'src/catalog', 'src/render', 'src/export'],
  },
  { name: 'render knows only the core', from: 'src/render', not: ['src/cli', 'src/catalog', 'src/export'] },
  { name: 'export knows only the core', from: 'src/export', not: ['src/cli', 'src/catalog', 'src/render'] },
  {
    name: 'the catalog knows only the core',
    from: 'src/catalog',
    not: ['src/cli', 'src/render', 'src/export'],
  },
  ...['memory', 'time', 'cost', 'quality'].map((room) => ({
    name: `${room} is composed with the other estimates in estimate.ts alone`,
    from: `src/core/${room}`,
    not: ['memory', 'time', 'cost', 'quality']
      .filter((other) => other !== room)
      .map((other) => `src/core/${other}`),
  })),
  {
    name: 'formulas take the domain as types, so that tests can write literals',
    from: 'src/core/domain',
    not: [
      'src/core/memory',
      'src/core/time',
      'src/core/cost',
      'src/core/quality',
      'src/core/plan',
      'src/core/architecture',
    ],
  },
]

describe('the house', () => {
  it('has files and imports to look at', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(imports.length).toBeGreaterThan(300)
    expect(imports.filter(({ from }) => within('src/core')(from)).length).toBeGreaterThan(100)
  })

  it.each(rules)('$name', ({ from, not }) => {
    const seen = imports.filter((one) => within(from)(one.from))
    const isEmpty = !files.some((file) => within(from)(relative(root, file)))
    expect(isEmpty && from !== 'src/export').toBe(false)
    expect(seen.filter(({ to }) => not.some((folder) => within(folder)(to)))).toEqual([])
  })

  it('imports zod in the domain alone, as a namespace that bundlers can cut', () => {
    const users = imports.filter(({ to, typeOnly }) => !typeOnly && (to === 'zod' || to.startsWith('zod/')))
    expect(users.length).toBeGreaterThan(5)
    expect(users.filter(({ from }) => !within('src/core/domain')(from))).toEqual([])
    for (const { from } of users)
      expect(readFileSync(join(root, from), 'utf8')).toContain("import * as z from 'zod'")
  })

  it('imports nothing in the core but the core and zod', () => {
    const foreign = imports.filter(
      ({ from, to }) => within('src/core')(from) && !to.startsWith('src/') && to !== 'zod',
    )
    expect(foreign).toEqual([])
  })

  it('touches Node in the shell alone', () => {
    const users = imports.filter(({ to }) => to.startsWith('node:'))
    expect(users.length).toBeGreaterThan(0)
    const allowed = ['src/cli', 'src/catalog']
    expect(users.filter(({ from }) => !allowed.some((folder) => within(folder)(from)))).toEqual([])
  })

  it('loads parsers and painters only where they are used', () => {
    const static_ = (name: string) =>
      imports.filter(({ to, typeOnly }) => to === name && !typeOnly).map(({ from }) => from)
    expect(static_('cli-table3')).toEqual(['src/render/grid.ts'])
    expect(static_('chalk').filter((file) => !within('src/render')(file))).toEqual([])
    expect(static_('commander').filter((file) => !within('src/cli')(file))).toEqual([])
  })
})

describe('the core is pure', () => {
  const impure =
    /\b(Date\.now|new Date\b|Math\.random|performance\.now|process\.|console\.|globalThis|setTimeout|setInterval|fetch\(|localeCompare|toLocale\w+|Intl\.)/

  it.each(
    files.filter((file) => within('src/core')(relative(root, file))).map((file) => relative(root, file)),
  )('%s reads no clock, chance, environment or locale', (file) => {
    expect(impure.exec(codeOf(join(root, file)))?.[0]).toBeUndefined()
  })
})

describe('the start', () => {
  it('touches the process in bin/ftplan.js and what that hands it to', () => {
    const users = files.filter((file) =>
      /\bprocess\b(?!\w)/.test(codeOf(file).replaceAll(/NodeJS\.Process/g, '')),
    )
    expect(users.map((file) => relative(root, file)).filter((file) => !file.startsWith('src/core'))).toEqual([
      'src/cli/host.ts',
      'src/cli/main.ts',
    ])
  })

  it('never ends the process by itself', () => {
    for (const file of files) expect(codeOf(file)).not.toMatch(/process\.exit\(/)
  })

  /** Everything that is loaded before a command runs. */
  function loadedFrom(file: string, seen = new Set<string>()): Set<string> {
    if (seen.has(file)) return seen
    seen.add(file)
    const code = file.startsWith('src/') ? codeOf(join(root, file)) : ''
    for (const { from, to, typeOnly } of imports) {
      const isDynamic = new RegExp(
        `import\\(\\s*'[^']*${to.split('/').at(-1)?.replaceAll('.', '\\.')}'`,
      ).test(code)
      if (from === file && !typeOnly && !isDynamic) loadedFrom(to, seen)
    }
    return seen
  }

  it.each([
    'src/cli/main.ts',
    'src/cli/run-program.ts',
    'src/cli/commands/estimate.ts',
    'src/cli/commands/completion.ts',
  ])('%s loads no estimator, schema or YAML', (entry) => {
    const loaded = [...loadedFrom(entry)]
    expect(loaded.length).toBeGreaterThan(2)
    const heavy = loaded.filter((file) =>
      /^(zod|yaml|chalk|cli-table3)|^src\/(core\/(?!errors|domain\/report)|catalog)/.test(file),
    )
    expect(heavy).toEqual([])
  })
})
