import { optionName } from '../flag-names.ts'
import type { Host } from '../host.ts'

/** A question of the wizard and the flag that answers it too. */
interface Question {
  readonly flag: string
  readonly text: string
}

const questions: readonly Question[] = [
  { flag: '--model', text: 'Model (preset id, Hugging Face id or config.json; ftplan list models)' },
  { flag: '--examples', text: 'Examples of the training data' },
  { flag: '--mean-tokens', text: 'Tokens of one example on average' },
  { flag: '--gpu', text: 'GPUs to try, comma list (ftplan list gpus)' },
  { flag: '--max-usd', text: 'Most that the run may cost, USD' },
  { flag: '--max-hours', text: 'Longest that it may take, hours' },
]

/** Only a person at a terminal is asked; a build never is. */
export const mayAsk = (host: Host, input: boolean): boolean =>
  input && host.stdin.isTTY && host.out.isTTY && (host.env.CI ?? '') === ''

/** Answers as flags; an empty answer leaves the default. The equal command line is said at the end. */
export async function askedFlags(
  host: Host,
  given: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {}
  const words: string[] = []
  host.err.write('An empty answer leaves the default.\n')
  for (const { flag, text } of questions) {
    const key = optionName(flag)
    if (given[key] !== undefined) continue
    const answer = (await host.ask(`${text}: `)).trim()
    if (answer === '') continue
    answers[key] = flag === '--gpu' ? [answer] : answer
    words.push(flag, /^[\w.,/-]+$/.test(answer) ? answer : JSON.stringify(answer))
  }
  host.err.write(`The same without questions: ${['ftplan init', ...words].join(' ')}\n`)
  return answers
}
