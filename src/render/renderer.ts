import type { Report } from '../core/domain/report.ts'

/** How a report is looked at. Colour and width come in as arguments: a renderer knows no terminal. */
export interface View {
  readonly colour: boolean
  readonly columns: number
  /** `terms`: every term of every plan (`explain`). */
  readonly detail: 'summary' | 'terms'
  /** Place of the report in a stream of several; null when it is the only one. */
  readonly position: number | null
}

/** A report as text. */
export type Render = (report: Report, view: View) => string

/** One output format: the text of a report, and what stands around all reports of a stream. */
export interface Renderer {
  readonly render: Render
  readonly open?: string
  readonly close?: string
}
