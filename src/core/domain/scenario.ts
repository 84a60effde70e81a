import * as z from 'zod'
import { Spec } from './spec.ts'

/** `presets/scenarios/<id>.yaml`: a ready spec with the story behind it. */
export const Scenario = z.strictObject({
  id: z.string(),
  name: z.string(),
  summary: z.string(),
  spec: Spec,
  sources: z.array(z.string()).min(1),
})
export type Scenario = z.output<typeof Scenario>
