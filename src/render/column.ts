export interface Column {
  readonly head: string
  readonly align?: 'left' | 'right'
}

/** A column of figures. */
export const right = (head: string): Column => ({ head, align: 'right' })
