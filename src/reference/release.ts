/** The release that the reference is about: the first heading with a version in CHANGELOG.md. */

export interface Release {
  readonly version: string;
  /** YYYY-MM-DD. */
  readonly date: string;
}

/** @throws Error when there is none */
export function latestRelease(changelog: string): Release {
  const found = /^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$/m.exec(changelog);
  if (found === null) {
    throw new Error('CHANGELOG.md has no heading "## [VERSION] - YYYY-MM-DD"');
  }
  const [, version = '', date = ''] = found;
  return { version, date };
}
