import type { AddCommand } from '../command.ts'

interface Entry {
  readonly summary: string
  /** Whether the command describes all the others. */
  readonly needsAll?: true
  readonly load: () => Promise<AddCommand>
}

/** A new command is one file and one line here. */
export const commands: Readonly<Record<string, Entry>> = {
  estimate: {
    summary: 'rank every plan that the spec allows',
    load: async () => (await import('./estimate.ts')).addEstimateCommand,
  },
  explain: {
    summary: 'show every term of one plan, with formula and source',
    load: async () => (await import('./explain.ts')).addExplainCommand,
  },
  diff: {
    summary: 'compare two specs or saved JSON reports',
    load: async () => (await import('./diff.ts')).addDiffCommand,
  },
  stages: {
    summary: 'plan cheap stages with gates before the dear one',
    load: async () => (await import('./stages.ts')).addStagesCommand,
  },
  solve: {
    summary: 'find the largest value that fits, or the cheapest GPU',
    load: async () => (await import('./solve.ts')).addSolveCommand,
  },
  accuracy: {
    summary: 'compare predictions with published measurements',
    load: async () => (await import('./accuracy.ts')).addAccuracyCommand,
  },
  calibrate: {
    summary: 'learn from runs that you measured yourself',
    load: async () => (await import('./calibrate.ts')).addCalibrateCommand,
  },
  init: {
    summary: 'write a commented ftplan.yaml',
    load: async () => (await import('./init.ts')).addInitCommand,
  },
  list: {
    summary: 'list models, gpus, prices, optimizers, methods, stacks or scenarios',
    load: async () => (await import('./list.ts')).addListCommand,
  },
  show: {
    summary: 'show one preset in full',
    load: async () => (await import('./show.ts')).addShowCommand,
  },
  prices: {
    summary: 'import price lists, and lock prices for reproducible estimates',
    load: async () => (await import('./prices.ts')).addPricesCommand,
  },
  schema: {
    summary: 'print the JSON Schema of the spec or the report',
    load: async () => (await import('./schema.ts')).addSchemaCommand,
  },
  completion: {
    summary: 'print the completion script of a shell',
    needsAll: true,
    load: async () => (await import('./completion.ts')).addCompletionCommand,
  },
}
