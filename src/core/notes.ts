export type Severity = 'info' | 'warning'

/** Texts of every note: a code without a text is a compile error. Arguments are named in braces. */
export const noteTexts = {
  'default-used': { severity: 'info', text: '{key} is not in the spec: {value} is assumed' },
  'price-unknown': { severity: 'warning', text: 'no price is on file for {gpu}{where}: cost is unknown' },
  'region-unlisted': {
    severity: 'info',
    text: 'the prices of {provider} for {gpu} name no region: whether it is sold in {region} is not known',
  },
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
  'prices-own': {
    severity: 'info',
    text: 'prices of {providers}: your own list (imported, or in --presets), not the one of the package',
  },
  'prices-locked': { severity: 'info', text: 'prices are those of the lock of {date}' },
  'whole-machines': {
    severity: 'info',
    text: 'the smallest machine on file is paid whole: {list}; smaller ones may exist',
  },
  'prices-to-check': { severity: 'warning', text: 'prices to check before you buy: {list}' },
  'whole-instance': {
    severity: 'info',
    text: 'the smallest machine of {provider} on file with room has {rented} GPUs: {idle} of them stay idle and are paid',
  },
  'instance-assumed': {
    severity: 'info',
    text: 'no instance of {provider} with {wanted} x {gpu} is on file: {wanted} times the price per GPU of the {sold}-GPU instance is assumed',
  },
  'interruption-assumed': {
    severity: 'warning',
    text: 'how often {provider} takes spot machines back is not on file: a rate of {rate} in 100 hours is assumed ({low} to {high})',
  },
  'interruption-known': {
    severity: 'info',
    text: '{provider} took back {share} of its spot capacity of {instance} within a month ({source}): a rate of {rate} in 100 hours is counted ({low} to {high})',
  },
  'spot-checkpoints-assumed': {
    severity: 'info',
    text: 'checkpoints.every_steps is not in the spec: on spot one every {minutes} minutes is assumed',
  },
  'ownership-unstated': {
    severity: 'info',
    text: 'own hardware: {missing} not stated (ownership), counted as 0',
  },
  'power-unknown': { severity: 'info', text: 'the power of {gpu} is unknown: so is its energy' },
  'carbon-unknown': { severity: 'info', text: 'the carbon intensity of {where} is unknown: so is the CO2' },
  'storage-price-unknown': {
    severity: 'info',
    text: 'no storage price of {provider} is on file: {basis}',
  },
  'egress-price-unknown': {
    severity: 'info',
    text: 'no egress price of {provider} is on file: the download of the result is not counted',
  },
  'service-alternative': {
    severity: 'info',
    text: 'the hardware of the spec cannot do it; {place} would for {cost}',
  },
  'api-unverified': {
    severity: 'warning',
    text: 'the price of {provider} for {model} is {status} ({source}): ask the provider before you rely on it',
  },
  'api-price-range': {
    severity: 'warning',
    text: 'of {provider} only a range of prices is known: {low} to {high} USD',
  },
  'api-tokens': {
    severity: 'info',
    text: "{provider} bills {rule}; the count is by this model's own tokenizer and may differ",
  },
  'stack-unmeasured': {
    severity: 'warning',
    text: 'no measured run of stack {stack} is on file: ranges are wider',
  },
  'fp8-unavailable': {
    severity: 'warning',
    text: '{gpu} has no fp8 units on file: its linear layers are timed in 16 bit',
  },
  'padding-unknown': {
    severity: 'info',
    text: 'dataset.tokens.p95 is not in the spec: the mean of {tokens} tokens is taken as the padded mean',
  },
  'gpu-unmeasured': { severity: 'warning', text: 'no measured run on {gpu} is on file: ranges are wider' },
  'learning-rate-unusual': {
    severity: 'warning',
    text: 'learning rate {value} is far from the usual {low} to {high} for {what}',
  },
  'targets-without-mlp': {
    severity: 'warning',
    text: 'adapters on {targets} leave out the MLP, where they matter most',
  },
  'batch-large-for-adapters': {
    severity: 'warning',
    text: 'a global batch of {value} is above {limit}: adapters lose more than full fine-tuning there',
  },
  'own-calibration-memory': {
    severity: 'info',
    text: 'memory beyond the weights is multiplied by {factor}: own runs of {stack} say so ({count} of them)',
  },
  'own-calibration-time': {
    severity: 'info',
    text: 'step time is multiplied by {factor}: own runs of {stack} say so ({count} of them)',
  },
  'own-scores': { severity: 'info', text: 'retention counts own scores in ({count} of them)' },
  'rank-small': {
    severity: 'info',
    text: 'rank {value} is stated, {advised} is recommended: {because}',
  },
  'epochs-many': {
    severity: 'info',
    text: '{value} epochs are stated, usual are at most {high} for {what}',
  },
  'warmup-too-long': {
    severity: 'warning',
    text: 'a warm-up of {value} steps never ends: the run has {steps} steps',
  },
  'base-score-alone': {
    severity: 'info',
    text: 'quality.base_score alone says nothing: expected score and gain need quality.full_score',
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
