import type { Training } from '../domain/spec-training.ts'
import { Stack } from '../domain/stack.ts'
import { UserError } from '../errors.ts'
import { isRecord } from '../is-record.ts'

/** The stack preset with the spec's `stack_overrides` laid over it: any habit, in the preset's own schema. */
export function resolveStack(stack: Stack, training: Training): Stack {
  const overrides = training.stack_overrides
  if (overrides === undefined) return stack
  const merged = merge(stack, overrides)
  const parsed = Stack.safeParse(merged)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = issue === undefined ? '' : issue.path.join('.')
  throw new UserError(
    'invalid-spec',
    `training.stack_overrides${path === '' ? '' : `.${path}`}: ${issue?.message ?? 'invalid'}`,
    `see the keys with: ftplan show stacks ${stack.id}`,
  )
}

/** Deep merge of plain objects; lists and scalars of the overrides replace. */
function merge(base: unknown, overrides: unknown): unknown {
  if (!isRecord(base) || !isRecord(overrides)) return overrides
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(overrides)) merged[key] = merge(base[key], value)
  return merged
}
