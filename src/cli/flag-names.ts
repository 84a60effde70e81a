/** `--max-usd` reads FTPLAN_MAX_USD where the flag is not given. */
export const environmentName = (flag: string): string =>
  `FTPLAN_${flag.replace(/^--/, '').replaceAll('-', '_').toUpperCase()}`

/** `--max-usd` is `maxUsd` among the options that commander gives. */
export const optionName = (flag: string): string =>
  flag.replace(/^--/, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
