import type { Host } from './host.ts'

/** A search that takes no longer says nothing. */
const SILENT_MILLISECONDS = 500
const MILLISECONDS_BETWEEN_LINES = 100
/** Plans between two looks at the clock. */
const PLANS_BETWEEN_LOOKS = 2000

const counted = (plans: number): string => plans.toLocaleString('en-US')

/** How far a long search has come: one line on the terminal, rewritten in place and taken away at the end. */
export class Progress {
  readonly #host: Host
  readonly #start: number
  #looked = 0
  #next: number
  #isShown = false

  constructor(host: Host) {
    this.#host = host
    this.#start = host.now().getTime()
    this.#next = this.#start + SILENT_MILLISECONDS
  }

  readonly show = (done: number, total: number): void => {
    if (done - this.#looked < PLANS_BETWEEN_LOOKS) return
    this.#looked = done
    const now = this.#host.now().getTime()
    if (now < this.#next) return
    this.#next = now + MILLISECONDS_BETWEEN_LINES
    if (!this.#host.err.isTTY) return
    this.#isShown = true
    const share = Math.floor((100 * done) / total)
    this.#host.err.write(`\r\u001b[Klooked at ${counted(done)} of ${counted(total)} plans (${share} %)`)
  }

  end(): void {
    if (this.#isShown) this.#host.err.write('\r\u001b[K')
    this.#isShown = false
  }
}
