import * as z from 'zod'

/** One row of `presets/sources.yaml`: what a citation key stands for. */
export const Source = z.strictObject({
  title: z.string(),
  authors: z.string().optional(),
  year: z.number().int().min(1700).max(2100).optional(),
  url: z.url().optional(),
  /** What it is where there is no page: a rule of thumb, a computation, or a figure that nobody checked. */
  note: z.string().optional(),
})
export const Sources = z.record(z.string(), Source)
export type Source = z.output<typeof Source>
