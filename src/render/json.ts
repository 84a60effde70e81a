import type { Render } from './renderer.ts'

/** The report itself: indented when it stands alone, one line in a stream. */
export const json: Render = (report, { position }) =>
  position === null ? `${JSON.stringify(report, null, 2)}\n` : `${JSON.stringify(report)}\n`
