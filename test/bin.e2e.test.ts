import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const bin = join(root, 'bin/ftplan.js')
const folder = mkdtempSync(join(tmpdir(), 'ftplan-e2e-'))
const env = { PATH: process.env.PATH ?? '', HOME: folder }

const newest = (path: string): number =>
  statSync(path).isDirectory()
    ? Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
    : statSync(path).mtimeMs

/** Runs the built program as a user would, in an empty folder. */
const ftplan = (words: readonly string[], input = '') =>
  spawnSync(process.execPath, [bin, ...words], {
    cwd: folder,
    env,
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })

beforeAll(() => {
  const main = join(root, 'dist/main.js')
  const sources = Math.max(newest(join(root, 'src')), newest(join(root, 'presets')))
  if (
    existsSync(main) &&
    existsSync(join(root, 'dist/presets/index.json')) &&
    statSync(main).mtimeMs > sources
  )
    return
  const built = spawnSync(process.execPath, ['scripts/build.js'], { cwd: root, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`the build failed: ${built.stderr}`)
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the built program', () => {
  it('starts, and finds its presets from any folder', () => {
    expect(ftplan(['--version'])).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
    const { status, stdout, stderr } = ftplan(['estimate', '--json', '--no-timestamp'])
    expect(stderr).toContain('built-in example')
    expect(status).toBe(0)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ schemaVersion: '1.0', verdict: 'ok' })
    expect(report.generatedAt).toBeUndefined()
  })

  it('gives the same bytes for the same input', () => {
    const words = ['estimate', 'quickstart', '--json', '--no-timestamp']
    expect(ftplan(words).stdout).toBe(ftplan(words).stdout)
  })

  it('writes more than a pipe holds, and nothing is cut', () => {
    const { stdout } = ftplan(['estimate', 'quickstart', '--all', '--json'])
    expect(stdout.length).toBeGreaterThan(200_000)
    expect(() => JSON.parse(stdout)).not.toThrow()
  })

  it('ends quietly when its reader goes away', () => {
    const line = `"${process.execPath}" "${bin}" estimate quickstart --all --json 2>err.txt | head -c 100; echo " \${PIPESTATUS[0]}"`
    const { stdout } = spawnSync('bash', ['-c', `${line}; cat err.txt`], {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
    expect(stdout).toMatch(/ 0\n$/)
  })

  it('ends with 130 when it is interrupted while it waits', async () => {
    const child = spawn(process.execPath, [bin, 'estimate', '-'], {
      cwd: folder,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    await new Promise((done) => setTimeout(done, 1500))
    child.kill('SIGINT')
    const code = await new Promise((done) => child.on('close', done))
    expect(code).toBe(130)
  })

  it('tells usage, budget and missing data apart by its exit code', () => {
    writeFileSync(
      join(folder, 'plan.yaml'),
      'model: llama-3.1-70b\ntraining: {method: full}\nhardware: {gpu: rtx4090, count: 1, owned: true}\n',
    )
    expect(ftplan(['estimate', 'plan.yaml']).status).toBe(3)
    expect(ftplan(['estimate', '-'], 'modle: a').status).toBe(2)
    expect(ftplan(['estimate', '--gpu', 'no-such-card']).status).toBe(4)
  })

  it('puts no colour code into a pipe, in any format', () => {
    for (const format of ['table', 'markdown', 'html', 'github', 'junit', 'csv', 'yaml']) {
      expect(ftplan(['estimate', 'plan.yaml', '--format', format]).stdout).not.toContain('\u001b')
    }
  })
})
