import { InvalidArgumentError, Option } from 'commander'
import { sheetFormats } from '../../render/sheet.ts'
import type { CalibrateOptions } from '../calibrate/calibrate.ts'
import type { AddCommand } from '../command.ts'
import { addOption, addOutputOptions, offlineOption, presetsOption } from '../options.ts'

const examples = `
Examples:
  ftplan calibrate runs.yaml                                    runs with spec and measured figures, as in presets/runs
  ftplan calibrate out/trainer_state.json --spec plan.yaml      the log of a Hugging Face Trainer
  ftplan calibrate snapshot.json --spec plan.yaml               torch.cuda.memory._snapshot() written as JSON
  ftplan calibrate --full 0.704 --method qlora --score 0.674 --n 1319
  ftplan calibrate --list
`

const number = (text: string): number => {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It is a number.')
}

/** `ftplan calibrate RUN...`: own runs correct later estimates. */
export const addCalibrateCommand: AddCommand = (command, host) => {
  command
    .description(
      'Compares your own runs with their predictions and keeps the offsets: later estimates use them and say so.',
    )
    .argument(
      '[runs...]',
      'YAML or JSON of runs, a torch memory snapshot, or a Trainer log; - for standard input',
    )
    .addHelpText('after', examples)
  addOutputOptions(command, host, sheetFormats)
  const options = [
    new Option('--spec <file>', 'spec of runs that do not say their own'),
    new Option('--list', 'show what is on file'),
    new Option('--reset', 'remove all own runs and scores'),
    new Option('--dry-run', 'show the result and save nothing'),
    new Option('--partial', 'learn from what is usable although some runs are not'),
    new Option('--full <score>', 'score of full fine-tuning, a share of 1').argParser(number),
    new Option('--method <word>', 'method of the other score: lora, qlora, galore, bitfit or freeze'),
    new Option('--score <score>', 'score of that method on the same items').argParser(number),
    new Option('--n <count>', 'items of the test').argParser(number),
    new Option('--task <word>', 'only for this kind of data: math, code, instruct, ...'),
    new Option('--rank <n>', 'only for adapters of this rank').argParser(number),
  ]
  for (const option of options) command.addOption(option)
  addOption(command, host, presetsOption())
  addOption(command, host, offlineOption())
  command.action(async (files: readonly string[], given: CalibrateOptions) => {
    const { runCalibrate } = await import('../calibrate/calibrate.ts')
    await runCalibrate(files, given, host)
  })
}
