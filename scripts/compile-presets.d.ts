export declare function compilePresets(options?: {
  readonly to?: string
  readonly strict?: boolean
}): Promise<readonly Error[]>
