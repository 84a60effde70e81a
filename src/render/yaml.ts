import { stringify } from 'yaml'
import type { Render } from './renderer.ts'

/** The report as YAML, one document for each report of a stream. */
export const yaml: Render = (report, { position }) =>
  `${position === null ? '' : '---\n'}${stringify(report, { version: '1.1', lineWidth: 0 })}`
