import { posix, win32 } from 'node:path'
import { UserError } from '../../core/errors.ts'

/**
 * Where imported prices live: `$XDG_DATA_HOME/ftplan`, else `~/.local/share/ftplan`; on Windows `%LOCALAPPDATA%\ftplan`. A relative
 * XDG_DATA_HOME is ignored, as the XDG specification asks.
 */
export function userDataDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
): string {
  if (platform === 'win32') {
    const local = env.LOCALAPPDATA ?? (env.USERPROFILE && win32.join(env.USERPROFILE, 'AppData', 'Local'))
    if (local) return win32.join(local, 'ftplan')
    throw noHome('LOCALAPPDATA')
  }
  const { XDG_DATA_HOME: data, HOME: home } = env
  if (data !== undefined && posix.isAbsolute(data)) return posix.join(data, 'ftplan')
  if (home) return posix.join(home, '.local', 'share', 'ftplan')
  throw noHome('HOME')
}

const noHome = (name: string): UserError =>
  new UserError(
    'usage',
    `${name} is not set: there is no place for imported prices`,
    'name a directory with --presets DIR',
  )
