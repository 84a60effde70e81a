import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { Evidence, RetentionRules, Task } from '../../../src/core/domain/task.ts'

const read = (path: string): unknown =>
  parse(readFileSync(new URL(`../../../presets/${path}`, import.meta.url), 'utf8'))

export const task = (id: string): Task => Task.parse(read(`tasks/${id}.yaml`))
export const rules: RetentionRules = RetentionRules.parse(read('retention.yaml'))
export const studies: readonly Evidence[] = readdirSync(new URL('../../../presets/evidence', import.meta.url))
  .sort()
  .map((name) => Evidence.parse(read(`evidence/${name}`)))
