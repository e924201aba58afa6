import type { Relation } from "./pair.ts";

/** Pairs as text, since JavaScript's numbers cannot hold them. */
export type TextPair = readonly [relation: Relation, reason: string, previous: string, current: string];

// prettier-ignore
export const exactNumbers: readonly TextPair[] = [
  ["wider", "bounds over 2^53 are kept", '{"type":"integer","maximum":9007199254740992}', '{"type":"integer","maximum":9007199254740993}'],
  ["narrower", "minimum over 2^53", '{"minimum":9007199254740992}', '{"minimum":9007199254740993}'],
  ["apart", "constants over 2^53", '{"const":9007199254740992}', '{"const":9007199254740993}'],
  ["same", "no integer between them", '{"type":"integer","exclusiveMinimum":9007199254740992,"exclusiveMaximum":9007199254740993}', "false"],
  ["same", "one integer between them", '{"type":"integer","exclusiveMinimum":9007199254740992,"exclusiveMaximum":9007199254740994}', '{"const":9007199254740993}'],
  ["wider", "a decimal beyond a double's digits", '{"maximum":0.1}', '{"maximum":0.10000000000000000001}'],
  ["same", "trailing zeros", '{"maximum":1.10}', '{"maximum":1.1}'],
  ["same", "exponents", '{"maximum":1E3}', '{"maximum":1000}'],
  ["same", "an exponent down", '{"multipleOf":1e-2}', '{"multipleOf":0.01}'],
  ["wider", "beyond the largest double", '{"maximum":1e308}', '{"maximum":1e309}'],
  ["same", "beyond the largest double, written out", '{"const":1e400}', `{"const":1${"0".repeat(400)}}`],
  ["wider", "a large multiple", '{"multipleOf":18446744073709551616}', '{"multipleOf":4294967296}'],
  ["narrower", "a multiple of many digits", '{"multipleOf":0.000000001}', '{"multipleOf":0.0000000011}'.replace("11", "20")],
  ["wider", "in an enum", '{"enum":[9007199254740993]}', '{"enum":[9007199254740993,9007199254740992]}'],
  ["same", "an enum of one number by two literals", '{"enum":[1.0,1]}', '{"const":1e0}'],
];
