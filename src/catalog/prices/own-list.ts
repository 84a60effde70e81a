import { isMap, isNode, isSeq, LineCounter, parseDocument } from 'yaml'
import { PriceHeader, PriceRow } from '../../core/domain/offer.ts'
import { UserError } from '../../core/errors.ts'
import { type PriceContext, providerId } from './context.ts'
import { absurdity, PriceCollector, type ReadPrices, type Refusal, wrongDate } from './findings.ts'

/** Reads a price list of ours: the form of `presets/prices/<provider>.yaml`, one provider a file. Each row is checked by itself. */
export function readOwnList(text: string, context: PriceContext): ReadPrices {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter })
  const [error] = document.errors
  if (error !== undefined) {
    const reason = error.message.split('\n')[0]
    throw new UserError('invalid-spec', `${context.fileName}: ${reason}`, 'the file may be cut off')
  }
  const rows = isMap(document.contents) ? document.get('rows') : undefined
  if (!isSeq(rows)) {
    throw new UserError('invalid-spec', `${context.fileName} is no price list that is known`, knownForms)
  }
  const header = headerOf(document.toJS(), context.fileName)
  const found = new PriceCollector()
  const provider = providerId(context.provider ?? header.id, context)
  for (const item of rows.items) {
    const { line, data } = itemOf(item, counter)
    const row = checkedRow(data, provider, context)
    if ('gpu' in row) found.price(line, provider, row)
    else found.refuse(line, row)
  }
  return { format: 'yaml', header, prices: found.prices, findings: found.findings }
}

const knownForms =
  'known are vms.csv of SkyPilot, CSV of gpuhunt, latest.json of gpu-rental-prices, and YAML with id, name, kind and rows'

function headerOf(data: unknown, fileName: string): PriceHeader {
  const header = PriceHeader.safeParse(data)
  if (header.success) return header.data
  const [issue] = header.error.issues
  throw new UserError(
    'invalid-spec',
    `${fileName}: ${issue?.path.join('.') || 'the list'}: ${issue?.message}`,
    knownForms,
  )
}

/** A row as plain data, and the line that it starts on. */
function itemOf(item: unknown, counter: LineCounter): { line: number | null; data: unknown } {
  if (!isNode(item)) return { line: null, data: item }
  const start = item.range?.[0]
  return { line: start === undefined ? null : counter.linePos(start).line, data: item.toJSON() }
}

function checkedRow(data: unknown, provider: string, context: PriceContext): PriceRow | Refusal {
  const parsed = PriceRow.safeParse(data)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return { wrong: `${issue?.path.join('.') || 'row'}: ${issue?.message ?? 'wrong'}` }
  }
  const row = parsed.data
  const wrong =
    absurdity(row.usd_per_gpu_hour) ??
    absurdity(row.spot_usd_per_gpu_hour) ??
    wrongDate(row.as_of, context.today)
  if (wrong !== null) return wrong
  const card = context.namer.card({ provider, name: row.gpu, instance: row.instance ?? '', memoryGib: null })
  if ('wrong' in card) return card
  return { ...row, gpu: card.gpu, as_of: context.asOf ?? row.as_of }
}
