import * as z from 'zod'

/** Habits of a stack that change speed. Every key is a habit, never a source or a model. */
export const StackTime = z.strictObject({})
export type StackTime = z.output<typeof StackTime>
