/** The errors that this server answers with, by name. What each means is protocol/error-codes.ts. */
export const OK = 0;
export const RUNTIMEINCONSISTENCY = -2;
export const MARSHALLINGERROR = -5;
export const UNIMPLEMENTED = -6;
export const BADARGUMENTS = -8;
export const NONODE = -101;
export const NOAUTH = -102;
export const BADVERSION = -103;
export const NOCHILDRENFOREPHEMERALS = -108;
export const NODEEXISTS = -110;
export const NOTEMPTY = -111;
export const INVALIDACL = -114;
export const NOTREADONLY = -119;
export const NOWATCHER = -121;
export const RECONFIGDISABLED = -123;
export const QUOTAEXCEEDED = -125;
