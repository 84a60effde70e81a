import type { AddCommand } from '../command.ts'
import { addAccuracyCommand } from './accuracy.ts'
import { addCalibrateCommand } from './calibrate.ts'
import { addCompletionCommand } from './completion.ts'
import { addDiffCommand } from './diff.ts'
import { addEstimateCommand } from './estimate.ts'
import { addExplainCommand } from './explain.ts'
import { addInitCommand } from './init.ts'
import { addListCommand } from './list.ts'
import { addPricesCommand } from './prices.ts'
import { addSchemaCommand } from './schema.ts'
import { addShowCommand } from './show.ts'
import { addSolveCommand } from './solve.ts'
import { addStagesCommand } from './stages.ts'

interface Entry {
  readonly summary: string
  /** Whether the command describes all the others. */
  readonly needsAll?: true
  readonly add: AddCommand
}

/** A new command is one file and one line here. Their flags are loaded together, what they do only when it is asked for. */
export const commands: Readonly<Record<string, Entry>> = {
  estimate: {
    summary: 'rank every plan that the spec allows',
    add: addEstimateCommand,
  },
  explain: {
    summary: 'show every term of one plan, with formula and source',
    add: addExplainCommand,
  },
  diff: {
    summary: 'compare two specs or saved JSON reports',
    add: addDiffCommand,
  },
  stages: {
    summary: 'plan cheap stages with gates before the dear one',
    add: addStagesCommand,
  },
  solve: {
    summary: 'find the largest value that fits, or the cheapest GPU',
    add: addSolveCommand,
  },
  accuracy: {
    summary: 'compare predictions with published measurements',
    add: addAccuracyCommand,
  },
  calibrate: {
    summary: 'learn from runs that you measured yourself',
    add: addCalibrateCommand,
  },
  init: {
    summary: 'write a commented ftplan.yaml',
    add: addInitCommand,
  },
  list: {
    summary: 'list models, gpus, prices, optimizers, methods, stacks or scenarios',
    add: addListCommand,
  },
  show: {
    summary: 'show one preset in full',
    add: addShowCommand,
  },
  prices: {
    summary: 'import price lists, and lock prices for reproducible estimates',
    add: addPricesCommand,
  },
  schema: {
    summary: 'print the JSON Schema of the spec or the report',
    add: addSchemaCommand,
  },
  completion: {
    summary: 'print the completion script of a shell',
    needsAll: true,
    add: addCompletionCommand,
  },
}
