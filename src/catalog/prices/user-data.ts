import { posix, win32 } from 'node:path'
import { UserError } from '../../core/errors.ts'
import type { Environment } from '../files.ts'

/**
 * Where data of the user lives: `$XDG_DATA_HOME/ftplan`, else `~/.local/share/ftplan`; on Windows `%LOCALAPPDATA%\ftplan`. A relative
 * XDG_DATA_HOME is ignored, as the XDG specification asks. Null without a home.
 */
export function userDataDirectory(env: Environment, platform: string): string | null {
  if (platform === 'win32') {
    const local = env.LOCALAPPDATA ?? (env.USERPROFILE && win32.join(env.USERPROFILE, 'AppData', 'Local'))
    return local ? win32.join(local, 'ftplan') : null
  }
  const { XDG_DATA_HOME: data, HOME: home } = env
  if (data !== undefined && posix.isAbsolute(data)) return posix.join(data, 'ftplan')
  return home ? posix.join(home, '.local', 'share', 'ftplan') : null
}

/** Presets that imports write: laid over the packaged ones, below those of `--presets`. Null without a home. */
export function importedPresets(env: Environment, platform: string): string | null {
  const directory = userDataDirectory(env, platform)
  if (directory === null) return null
  return platform === 'win32' ? win32.join(directory, 'presets') : posix.join(directory, 'presets')
}

/** The same where it is needed. */
export function neededImportedPresets(env: Environment, platform: string): string {
  const directory = importedPresets(env, platform)
  if (directory !== null) return directory
  throw homeless(platform, 'imported prices')
}

/** Without a home there is no place for data of the user. */
export function homeless(platform: string, data: string): UserError {
  const name = platform === 'win32' ? 'LOCALAPPDATA' : 'HOME'
  return new UserError(
    'usage',
    `${name} is not set: there is no place for ${data}`,
    'name a directory with --presets DIR',
  )
}
