import type { MemoryCalibration } from '../../src/core/domain/memory-calibration.ts'

const flow = (value: Record<string, unknown>): string =>
  `{ ${Object.entries(value)
    .map(
      ([key, one]) =>
        `${key}: ${typeof one === 'object' && one !== null ? flow(one as Record<string, unknown>) : one}`,
    )
    .join(', ')} }`

const rows = (value: Readonly<Record<string, object | undefined>>, indent: string): string =>
  Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${indent}${key}: ${flow(one as Record<string, unknown>)}`)
    .join('\n')

/** The calibration as a file that people can read: one stack a line. */
export const calibrationText = ({
  generic,
  stacks,
  gathered_limit_gib,
  kept_free_gib,
  unreclaimable,
  ranges,
  measured,
  sources,
}: MemoryCalibration): string => `# Steps from what tensors take to what torch reserves, what the card shows and what it must have, fitted to the measured runs of
# presets/runs by scripts/fit-memory.ts; ranges are the 90 % scatter of runs that the fit had not seen. Context and collectives,
# gathered_limit_gib (the largest fully sharded run of presets/runs), kept_free_gib and unreclaimable are set by hand.
generic: ${flow(generic)}
stacks:
${rows(stacks, '  ')}
gathered_limit_gib: ${gathered_limit_gib}
kept_free_gib: ${kept_free_gib}
unreclaimable: ${flow(unreclaimable)}
ranges:
  generic:
${rows(ranges.generic, '    ')}
  stacks:
${rows(ranges.stacks, '    ')}
measured: { stacks: [${measured.stacks.join(', ')}] }
sources: [${sources.join(', ')}]
`
