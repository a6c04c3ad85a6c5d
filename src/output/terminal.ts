/** Begins what steers a terminal (ECMA-48, CSI). */
export const ESCAPE = '\u001b['
