/** Types as bits. The three values that are a type of their own each have one. */
export type TypeMask = number;

export const NULL = 1;
export const FALSE = 2;
export const TRUE = 4;
export const NUMBER = 8;
export const STRING = 16;
export const ARRAY = 32;
export const OBJECT = 64;

export const NO_TYPE = 0;
export const ALL_TYPES = 127;

export type SingleType =
  typeof NULL | typeof FALSE | typeof TRUE | typeof NUMBER | typeof STRING | typeof ARRAY | typeof OBJECT;

/** In the order in which a reader would like to see an example. */
export const singleTypes: readonly SingleType[] = [NULL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT];
