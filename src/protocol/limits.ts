/** Bounds of the protocol, by name. Sources: jute.maxbuffer and ClientCnxn of ZooKeeper 3.9. */

/** Largest frame a stock server takes (jute.maxbuffer, 0xFFFFF), bytes without the length in front. One more and it hangs up. */
export const REQUEST_BYTES_MAX = 1_048_575;

/** Largest frame we take from a server unless told otherwise: a list of a million names must get through. */
export const REPLY_BYTES_MAX = 64 * 1024 * 1024;

/** The Java client starts a new SetWatches when the collected paths reach this many characters. */
export const SET_WATCHES_CHARS_MAX = 131_072;

/** The length in front of each frame. */
export const FRAME_HEADER_BYTES = 4;

/** A session's password, always. */
export const PASSWORD_BYTES = 16;

/** Application xids run from 1 to this, then start over: negative ones are reserved. */
export const XID_MAX = 0x7fff_ffff;

export const INT_MIN = -0x8000_0000;
export const INT_MAX = 0x7fff_ffff;
