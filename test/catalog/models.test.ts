import { describe, expect, it } from 'vitest'
import { localModel } from '../../src/catalog/models.ts'
import { memoryFiles } from '../support/memory-files.ts'

const files = memoryFiles({
  '/project/config.json': '{"model_type": "llama"}',
  '/project/models/mine/config.json': '{"model_type": "qwen2"}',
  '/project/weights/only/model.bin': 'x',
})
const places = { files, env: {}, cwd: '/project' }

describe('a model by path', () => {
  it.each(['./config.json', 'config.json', '/project/config.json', './models/../config.json'])(
    '%s is a file',
    (path) => {
      expect(localModel(path, places)).toEqual({ id: null, config: { model_type: 'llama' } })
    },
  )

  it.each(['./models/mine', 'models/mine', '/project/models/mine'])(
    '%s is a folder with a config.json',
    (path) => {
      expect(localModel(path, places)).toEqual({ id: null, config: { model_type: 'qwen2' } })
    },
  )

  it('that is not there is a missing file', () => {
    expect(() => localModel('./nothing.json', places)).toThrow('./nothing.json: there is no such file')
  })

  it('of a folder without a config says that it is a directory', () => {
    expect(() => localModel('./weights/only', places)).toThrow('is a directory')
  })

  it('is not what a plain word means', () => {
    expect(localModel('llama', places)).toBeNull()
    expect(localModel('', places)).toBeNull()
    expect(localModel('acme/tiny', places)).toBeNull()
  })
})
