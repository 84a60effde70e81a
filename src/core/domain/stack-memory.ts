import * as z from 'zod'

/** Habits of a stack that change memory. Every key is a habit, never a source or a model. */
export const StackMemory = z.strictObject({})
export type StackMemory = z.output<typeof StackMemory>
