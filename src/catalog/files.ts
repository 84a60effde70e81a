export interface FileStatus {
  readonly kind: 'file' | 'directory' | 'other'
  readonly bytes: number
}

/** What the catalog needs of a file system; the host of the command line has it. */
export interface Files {
  readFile(path: string): Uint8Array
  /** Null when there is nothing at this path. */
  stat(path: string): FileStatus | null
  /** Names in a directory, sorted. */
  list(path: string): readonly string[]
}

export type Environment = Readonly<Record<string, string | undefined>>
