import { markdown } from './markdown.ts'
import type { Render } from './renderer.ts'

/** A step summary above 1 MiB is dropped whole; some room is left for what other steps write. */
const MOST_BYTES = 1_000_000
const CUT_NOTICE = '\n\nThe rest is cut: a step summary holds at most 1 MiB.\n'

/** Markdown for `$GITHUB_STEP_SUMMARY`: the verdict first, the details folded, never too long. */
export const github: Render = (report, view) => {
  const mark = report.verdict === 'ok' ? ':white_check_mark:' : ':x:'
  const text = markdown(report, view).replace(/^## ftplan/, `## ${mark} ftplan`)
  return fitting(folded(text))
}

/** Everything below the first decision is folded away. */
function folded(text: string): string {
  const at = text.indexOf('\n### Rejected\n')
  if (at < 0) return text
  return `${text.slice(0, at)}\n<details><summary>Rejected plans and notes</summary>\n${text.slice(at)}\n</details>\n`
}

function fitting(text: string): string {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= MOST_BYTES) return text
  const kept = new TextDecoder().decode(bytes.slice(0, MOST_BYTES - CUT_NOTICE.length))
  return `${kept.slice(0, kept.lastIndexOf('\n'))}${CUT_NOTICE}`
}
