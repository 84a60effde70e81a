import * as z from 'zod'

/** `presets/models/<id>.yaml`: a published model. Everything but the names follows from its Hugging Face config. */
export const ModelPreset = z
  .strictObject({
    /** The lower-case Hub name without its owner. */
    id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
    name: z.string(),
    /** Hub repositories with these very shapes; the first one is the base model. Empty for shapes that only a benchmark used. */
    hub: z.array(z.string().regex(/^[^/\s]+\/[^/\s]+$/)),
    /** The keys of config.json that decide shapes, limits and dropout. */
    config: z.record(z.string(), z.unknown()),
    /** Each tied tensor counts once. */
    total_parameters: z.number().int().positive(),
    /** The Hub asks for an agreement before it hands the files out. */
    gated: z.boolean().optional(),
    note: z.string().optional(),
    sources: z.array(z.string()).min(1),
  })
  .transform(({ total_parameters, gated, ...model }) => ({
    ...model,
    totalParameters: total_parameters,
    gated: gated ?? null,
  }))
export type ModelPreset = z.output<typeof ModelPreset>
