import { stringify } from 'yaml'
import type { Render } from './renderer.ts'

/** Other programs read it too: words that YAML 1.1 takes for something else are quoted, and nothing is an alias of what stands elsewhere. */
export const yamlOptions = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const

/** The report as YAML, one document for each report of a stream. */
export const yaml: Render = (report, { position }) =>
  `${position === null ? '' : '---\n'}${stringify(report, yamlOptions)}`
