/** What the operating system says of a file, in words. */
import { LocalError } from '../errors.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  EMFILE: 'too many files are open',
  ELOOP: 'too many symbolic links',
};

export function explainFileError(error: unknown, file: string, action: 'read' | 'run' | 'write'): LocalError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && action === 'write') {
    return new LocalError(`cannot write ${file}: its folder does not exist`, { cause: error });
  }
  return new LocalError(`cannot ${action} ${file}: ${(code === undefined ? undefined : REASONS[code]) ?? message}`, {
    cause: error,
  });
}
