import { CharSet } from "refa";

/** A symbol beyond Unicode stands for the end of the text, so that `$` is a look at the next symbol. */
export const END = 0x110000;
const maximum = END;

const surrogates = CharSet.fromRange(maximum, { min: 0xd800, max: 0xdfff });

/** Every symbol, the end marker included. */
export const anySymbol: CharSet = CharSet.all(maximum);
/** What a text is made of. Lone surrogates are no characters. */
export const anyCharacter: CharSet = CharSet.fromRange(maximum, { min: 0, max: 0x10ffff }).without(surrogates);
export const endSymbol: CharSet = CharSet.fromCharacter(maximum, END);
export const noSymbol: CharSet = CharSet.empty(maximum);

/** Brings a set of characters, as a parser gives it, to our alphabet. */
export function widen(characters: CharSet): CharSet {
  return characters.resize(maximum).intersect(anyCharacter);
}

const readable = [
  ..."abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_. /:@#+,;!?&%$=~*()[]{}<>|'\"`^\\",
].map((character) => character.codePointAt(0)!);

/** The character of the set that a reader would rather see than any other. */
export function mostReadable(characters: CharSet): number | undefined {
  return readable.find((code) => characters.has(code)) ?? firstPrintable(characters);
}

function firstPrintable(characters: CharSet): number | undefined {
  const printable = characters.ranges.find((range) => range.max > 0xa0);
  return printable === undefined ? characters.ranges[0]?.min : Math.max(printable.min, 0xa1);
}
