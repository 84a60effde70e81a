/** One record of a CSV file and the line that it starts on. */
export interface CsvRecord {
  readonly line: number
  readonly cells: readonly string[]
}

export interface Csv {
  readonly header: readonly string[]
  readonly records: readonly CsvRecord[]
  /** Line of a quoted field that never ends: the file is cut off. */
  readonly unterminatedLine: number | null
}

/** Reads CSV as RFC 4180 describes it: quoted fields with commas, doubled quotes and line breaks, either line ending, an optional BOM. */
export function parseCsv(text: string): Csv {
  const reader = new CsvReader(text.startsWith('\ufeff') ? text.slice(1) : text)
  const [header, ...records] = reader.records()
  return {
    header: (header?.cells ?? []).map((cell) => cell.trim()),
    records: records.filter(({ cells }) => cells.length > 1 || cells[0] !== ''),
    unterminatedLine: reader.unterminatedLine,
  }
}

class CsvReader {
  unterminatedLine: number | null = null
  #at = 0
  #line = 1
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  records(): CsvRecord[] {
    const records: CsvRecord[] = []
    while (this.#at < this.#text.length) records.push(this.#record())
    return records
  }

  #record(): CsvRecord {
    const line = this.#line
    const cells = [this.#cell()]
    while (this.#text[this.#at] === ',') {
      this.#at += 1
      cells.push(this.#cell())
    }
    this.#endOfLine()
    return { line, cells }
  }

  #endOfLine(): void {
    if (this.#text[this.#at] === '\r') this.#at += 1
    if (this.#text[this.#at] === '\n') this.#at += 1
    this.#line += 1
  }

  #cell(): string {
    return this.#text[this.#at] === '"' ? this.#quoted() : this.#plain()
  }

  #plain(): string {
    const start = this.#at
    while (this.#at < this.#text.length && !',\r\n'.includes(this.#text[this.#at] ?? '')) this.#at += 1
    return this.#text.slice(start, this.#at)
  }

  #quoted(): string {
    const line = this.#line
    let cell = ''
    this.#at += 1
    for (;;) {
      const end = this.#text.indexOf('"', this.#at)
      if (end === -1) {
        this.unterminatedLine = line
        cell += this.#text.slice(this.#at)
        this.#at = this.#text.length
        return cell
      }
      const part = this.#text.slice(this.#at, end)
      this.#line += part.split('\n').length - 1
      cell += part
      this.#at = end + 1
      // What follows a closing quote up to the next comma is kept: `"a"b` is a typing error, not a reason to lose a column.
      if (this.#text[this.#at] !== '"') return cell + this.#plain()
      cell += '"'
      this.#at += 1
    }
  }
}
