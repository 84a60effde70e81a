import { describe, expect, it } from 'vitest'
import type { Files } from '../../src/catalog/files.ts'
import { readInput, readJsonObject } from '../../src/catalog/read-input.ts'
import { memoryFiles } from '../support/memory-files.ts'

const files = memoryFiles({
  '/good.json': '{"model_type": "llama"}',
  '/bom.json': '\uFEFF{"a": 1}',
  '/empty.json': '  \n',
  '/binary.json': new Uint8Array([0x7b, 0, 1, 2]),
  '/utf16.json': new Uint8Array([0xff, 0xfe, 0x7b, 0]),
  '/latin.json': new Uint8Array([0x7b, 0xe9, 0x7d]),
  '/broken.json': '{"a": ',
  '/list.json': '[1, 2]',
  '/null.json': 'null',
  '/number.json': '12',
  '/huge.json': new Uint8Array(11 * 2 ** 20),
  '/folder/config.json': '{}',
})

describe('reading a file of the user', () => {
  it('gives a JSON object', () => {
    expect(readJsonObject(files, '/good.json')).toEqual({ model_type: 'llama' })
  })

  it('overlooks a byte order mark', () => {
    expect(readJsonObject(files, '/bom.json')).toEqual({ a: 1 })
  })

  it.each([
    ['/missing.json', 'there is no such file'],
    ['/folder', 'is a directory'],
    ['/empty.json', 'is empty'],
    ['/binary.json', 'is a binary file'],
    ['/utf16.json', 'is UTF-16 text'],
    ['/latin.json', 'is not UTF-8 text'],
    ['/broken.json', 'is not valid JSON'],
    ['/list.json', 'holds a list, not a JSON object'],
    ['/null.json', 'holds null, not a JSON object'],
    ['/number.json', 'holds a number, not a JSON object'],
    ['/huge.json', 'has 11 MiB: at most 10 MiB are read'],
  ])('says what is wrong with %s in one sentence', (path, sentence) => {
    expect(() => readJsonObject(files, path)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(sentence) }),
    )
  })

  it('calls the file what the user called it', () => {
    expect(() => readInput(files, '/missing.json', './missing.json')).toThrow(/^\.\/missing\.json: /)
  })

  it('says that the permission is missing', () => {
    const closed: Files = {
      ...files,
      readFile: () => {
        throw Object.assign(new Error('no'), { code: 'EACCES' })
      },
    }
    expect(() => readInput(closed, '/good.json')).toThrow(
      '/good.json cannot be read: the permission is missing',
    )
  })

  it('refuses what is neither file nor folder', () => {
    const device: Files = { ...files, stat: () => ({ kind: 'other', bytes: 0 }) }
    expect(() => readInput(device, '/dev/null')).toThrow('is no regular file')
  })
})
