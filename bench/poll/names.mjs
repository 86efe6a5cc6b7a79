/** What is measured. */
export const OURS = "brookmark poll()";
/** As everybody writes it: it keeps its cursor. */
export const LOOP = "hand-written loop";
/** The same with what poll() does besides: rows that were there before are dropped. */
export const CAREFUL = "the loop, dropping repeats";
/** What no client can be without: its pages are there already. */
export const PARSE = "JSON.parse alone";
/** Likewise: the pages are thrown away as they come. */
export const DRAIN = "fetch alone";

export const NAMES = [OURS, LOOP, CAREFUL, PARSE, DRAIN];
