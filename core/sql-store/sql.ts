/** Values as every driver takes and gives them. */

export type SqlValue = string | number | null | Uint8Array;

/** The columns of one row, in the order that was asked for. */
export type SqlRow = readonly SqlValue[];
