/**
 * Where zkCli.sh ends with a Java stack trace: the run is over, with the same status, and says why in one line. Not an
 * error of zksh's own: a user's script counts on this end.
 */
export class Crash extends Error {
  readonly status: number;

  /** @param why as Java's exception says it */
  constructor(why: string, status = 1) {
    super(why);
    this.name = 'Crash';
    this.status = status;
  }
}

/** What a command of zkCli.sh refuses with: a text on stderr and a status; a session goes on. `null` is Java's null. */
export class Refusal extends Error {
  readonly status: number;

  constructor(text: string | null, status = 1) {
    super(text ?? 'null');
    this.name = 'Refusal';
    this.status = status;
  }
}
