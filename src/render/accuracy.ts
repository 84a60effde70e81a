import type { AccuracyReport } from '../core/accuracy/accuracy.ts'
import type { Statistics } from '../core/accuracy/statistics.ts'
import { right } from './column.ts'
import { formatCount, formatSeconds } from './format.ts'
import type { Block, Sheet } from './sheet.ts'

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

const statisticsColumns = [
  'rows',
  'groups',
  'median',
  'mean',
  '90 %',
  'worst',
  'bias',
  'above high',
  'in range',
].map(right)

const statisticsCells = (one: Statistics): string[] => [
  String(one.rows),
  String(one.groups),
  percent(one.medianAbsolute),
  percent(one.meanAbsolute),
  percent(one.p90Absolute),
  percent(one.maximumAbsolute),
  percent(one.bias),
  percent(one.aboveHighFraction),
  percent(one.coverageFraction),
]

interface Compared {
  readonly report: AccuracyReport
  readonly baseline: AccuracyReport | null
}

/** Predicted against measured: overall, by kind of run, and the worst rows with what is known about each. */
export const accuracySheet = (compared: readonly Compared[]): Sheet => ({
  data: compared.map(({ report, baseline }) => ({ ...report, baseline })),
  blocks: compared.flatMap(({ report, baseline }) => reportBlocks(report, baseline)),
})

/** One line for each quantity and method, and whether runs fit: what the README shows. */
export const accuracySummary = (compared: readonly Compared[]): Sheet => ({
  data: compared.map(({ report: { quantity, overall, breakdowns, fit } }) => ({
    quantity,
    overall,
    byMethod: breakdowns.find(({ by }) => by === 'method')?.rows ?? [],
    fit,
  })),
  blocks: [
    {
      columns: [{ head: '' }, ...statisticsColumns],
      rows: compared.flatMap(({ report }) => summaryRows(report)),
    },
    ...compared.flatMap(({ report: { fit } }) => (fit === null ? [] : [fitCounts(fit)])),
  ],
})

function summaryRows({ quantity, overall, breakdowns }: AccuracyReport): string[][] {
  const name = quantity === 'memory' ? 'peak memory' : 'speed'
  const methods = breakdowns.find(({ by }) => by === 'method')?.rows ?? []
  return [
    ...(overall === null ? [] : [[name, ...statisticsCells(overall)]]),
    ...methods.map(({ key, statistics }) => [`${name}, ${key}`, ...statisticsCells(statistics)]),
  ]
}

const fitCounts = (fit: NonNullable<AccuracyReport['fit']>): Block => ({
  lines: [
    `of ${fit.outOfMemoryRows} runs that ended out of memory ${fit.predictedToFit.length} are predicted to fit`,
    `of ${fit.ranRows} runs that ran ${fit.predictedNotToFit.length} are predicted not to fit`,
  ],
})

function reportBlocks(report: AccuracyReport, baseline: AccuracyReport | null): Block[] {
  const { quantity, overall, breakdowns, worst, failed, fit } = report
  const totals = [
    ...(overall === null ? [] : [['ftplan', ...statisticsCells(overall)]]),
    ...(baseline?.overall ? [["the article's formula", ...statisticsCells(baseline.overall)]] : []),
  ]
  const name = quantity === 'memory' ? 'Memory' : 'Speed'
  return [
    {
      title: `${name}: predicted against measured`,
      columns: [{ head: '' }, ...statisticsColumns],
      rows: totals,
    },
    ...breakdowns.map(
      ({ by, rows }): Block => ({
        title: `${name} by ${by}`,
        columns: [{ head: by }, ...statisticsColumns],
        rows: rows.map(({ key, statistics }) => [key, ...statisticsCells(statistics)]),
      }),
    ),
    {
      title: `${name}: worst rows`,
      columns: [{ head: 'run' }, { head: 'counter' }, right('measured'), right('predicted'), right('error')],
      rows: worst.map(({ run, counter, measured, predicted, error }) => [
        run.id,
        counter,
        [...new Set(measured)].map((value) => figure(counter, value)).join(' .. '),
        figure(counter, predicted.mid),
        percent(error),
      ]),
    },
    {
      title: `${name}: what is known about them`,
      lines: worst.filter(({ run }) => run.note !== '').map(({ run }) => `${run.id}: ${run.note}`),
    },
    ...(fit === null ? [] : [fitBlock(fit)]),
    ...(failed.length === 0 ? [] : [{ title: 'Not estimated', lines: failed }]),
  ]
}

const figure = (counter: string, value: number): string =>
  counter === 'tokens/s/GPU'
    ? formatCount(value)
    : counter.includes('step')
      ? formatSeconds(value)
      : `${value.toFixed(1)} GiB`

const fitBlock = (fit: NonNullable<AccuracyReport['fit']>): Block => ({
  title: 'Whether it fits',
  lines: [
    `${fit.outOfMemoryRows} runs ended out of memory; ${fit.predictedToFit.length} of them are predicted to fit: ${fit.predictedToFit.join(', ') || 'none'}`,
    `${fit.ranRows} runs ran; ${fit.predictedNotToFit.length} of them are predicted not to fit: ${fit.predictedNotToFit.join(', ') || 'none'}`,
  ],
})
