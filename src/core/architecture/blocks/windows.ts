import type { Config } from '../config.ts'

/**
 * The window of each layer in tokens, null for full attention: `layer_types` where the config lists them, else the rule of the family.
 * `slides` says which layers have a window under that rule.
 */
export function windowOf(
  config: Config,
  slides: (index: number) => boolean,
  windowKey = 'sliding_window',
): (index: number) => number | null {
  const window = config.countOrNull(windowKey)
  if (window === null) return () => null
  const types = config.list('layer_types')
  const count = config.size('num_hidden_layers')
  if (types !== null && types.length < count)
    throw config.error('layer_types', `for ${types.length} layers of ${count}`)
  if (types === null) return (index) => (slides(index) ? window : null)
  return (index) => (types[index] === 'full_attention' ? null : window)
}

/** Every layer has the window. */
export const everyLayer = (): boolean => true

/** All but each `period`-th layer have the window: five local layers and a global one in Gemma 3. */
export const allButEach =
  (period: number) =>
  (index: number): boolean =>
    (index + 1) % period !== 0
