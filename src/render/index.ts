import type { Renderer } from './renderer.ts'

type LoadRenderer = () => Promise<Renderer>

/** A new output format is one file and one line here: `--format`, its help and the golden files follow. */
const renderers = {
  table: async () => ({ render: (await import('./table.ts')).table }),
  json: async () => ({ render: (await import('./json.ts')).json }),
  yaml: async () => ({ render: (await import('./yaml.ts')).yaml }),
  csv: async () => ({ render: (await import('./csv.ts')).csv }),
  markdown: async () => ({ render: (await import('./markdown.ts')).markdown }),
  html: async () => (await import('./html.ts')).html,
  github: async () => ({ render: (await import('./github.ts')).github }),
  junit: async () => (await import('./junit.ts')).junit,
} satisfies Record<string, LoadRenderer>

export type Format = keyof typeof renderers
export const formats = Object.keys(renderers) as readonly Format[]
export const loadRenderer = (format: Format): Promise<Renderer> => renderers[format]()
