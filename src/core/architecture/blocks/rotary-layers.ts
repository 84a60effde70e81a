import type { Config } from '../config.ts'

/** Which layers rotate queries and keys: `no_rope_layers` (1 = rotates, whatever its name says), else all but each n-th. */
export function rotaryLayers(config: Config): (index: number) => boolean {
  const listed = config.list('no_rope_layers')
  if (listed !== null && listed.length > 0) return (index) => listed[index] !== 0
  const interval = config.count('no_rope_layer_interval', 4)
  return (index) => (index + 1) % interval !== 0
}
