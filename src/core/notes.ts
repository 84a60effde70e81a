export type Severity = 'info' | 'warning'

/** Texts of every note: a code without a text is a compile error. Arguments are named in braces. */
export const noteTexts = {
  'default-used': { severity: 'info', text: '{key} is not in the spec: {value} is assumed' },
  'price-unknown': { severity: 'warning', text: 'no price is on file for {gpu}{where}: cost is unknown' },
  'price-stale': {
    severity: 'warning',
    text: 'the price of {provider} is of {asOf}, {days} days old: check it before you buy',
  },
  'price-undated': {
    severity: 'warning',
    text: 'the price of {provider} has no date: check it before you buy',
  },
  'price-unreliable': {
    severity: 'warning',
    text: 'the price of {provider} for {gpu} is from {source}, reliability {reliability}',
  },
  'stack-unmeasured': {
    severity: 'warning',
    text: 'no measured run of stack {stack} is on file: ranges are wider',
  },
  'gpu-unmeasured': { severity: 'warning', text: 'no measured run on {gpu} is on file: ranges are wider' },
  'retention-unknown': {
    severity: 'warning',
    text: 'no evidence for the retention of {method} on {task}: it is unknown',
  },
  'unsupported-hardware': { severity: 'warning', text: '{gpu}: {reason}' },
} as const satisfies Record<string, { severity: Severity; text: string }>

export type NoteCode = keyof typeof noteTexts

/** A coded remark: an assumption or a warning. */
export interface Note {
  readonly code: NoteCode
  readonly severity: Severity
  readonly args: Readonly<Record<string, string | number>>
}

export const note = (code: NoteCode, args: Record<string, string | number> = {}): Note => ({
  code,
  severity: noteTexts[code].severity,
  args,
})

/** The sentence of a note. */
export const noteSentence = ({ code, args }: Note): string =>
  noteTexts[code].text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ''))
