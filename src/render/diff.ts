import type { DiffUnit, FigureChange, ReportDiff } from '../core/domain/diff.ts'
import { right } from './column.ts'
import { formatBytes, formatChange, formatSeconds, formatShare, formatUsd, orUnknown } from './format.ts'
import type { Block, Sheet } from './sheet.ts'

const formats: Record<DiffUnit, (value: number) => string> = {
  B: formatBytes,
  s: formatSeconds,
  USD: formatUsd,
  fraction: formatShare,
}

const percent = (share: number | null): string => (share === null ? '' : formatChange(share))

const figureRow = ({ name, unit, before, after, changeFraction }: FigureChange): string[] => [
  name,
  orUnknown(before, formats[unit]),
  orUnknown(after, formats[unit]),
  percent(changeFraction),
]

const rankOf = (rank: number | null): string => (rank === null ? '-' : String(rank))

/** What changed between two reports; one line when nothing did. */
export function diffSheet(diff: ReportDiff): Sheet {
  const { identical, summary, inputs, figures, plans, failures } = diff
  if (identical) return { data: diff, blocks: [{ title: summary }] }
  const blocks: Block[] = [
    {
      title: 'Best plan',
      columns: [{ head: 'figure' }, right('before'), right('after'), right('change')],
      rows: figures.map(figureRow),
    },
  ]
  if (inputs.length > 0) {
    const rows = inputs.map(({ key, before, after }) => [key, before ?? '-', after ?? '-'])
    blocks.push({ title: 'Inputs', columns: [{ head: 'key' }, { head: 'before' }, { head: 'after' }], rows })
  }
  if (plans.length > 0) {
    const rows = plans.map(({ plan, rankBefore, rankAfter, figures: changed }) => [
      plan,
      `${rankOf(rankBefore)} -> ${rankOf(rankAfter)}`,
      changed.map((figure) => `${figure.name} ${percent(figure.changeFraction)}`.trim()).join(', '),
    ])
    blocks.push({ title: 'Plans', columns: [{ head: 'plan' }, { head: 'rank' }, { head: 'changes' }], rows })
  }
  blocks.push({ title: 'In one line', lines: [summary] })
  if (failures.length > 0) blocks.push({ title: 'Failed', lines: failures })
  return { data: diff, blocks }
}
