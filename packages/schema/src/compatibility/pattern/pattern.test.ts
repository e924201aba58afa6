import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findWord } from "./find-word.ts";
import { matchesPattern } from "./match-pattern.ts";
import { normalizePattern } from "./normalize-pattern.ts";
import { parsePattern, parsePatternLoosely } from "./parse-pattern.ts";
import { END } from "./alphabet.ts";
import { RegexStore } from "./regex.ts";

const free = (): void => {};

function accepts(source: string, text: string): boolean | undefined {
  const store = new RegexStore(free);
  const regex = parsePattern(store, source);
  if (regex === undefined) return undefined;
  let state = regex;
  for (const character of text) state = store.after(state, character.codePointAt(0)!);
  return store.after(state, END).nullable;
}

function shortest(source: string, least = 0, most = Infinity): string | undefined {
  const store = new RegexStore(free);
  return findWord(store, parsePattern(store, source)!, least, most, free);
}

const letter = fc.constantFrom("a", "b", "[ab]", "[^a]", ".", "\\d");
const times = fc.constantFrom("*", "+", "?", "{2}", "{0,2}", "{1,}");

/** Patterns over a and b, with all that the translation knows: assertions anywhere but inside a loop. */
const pattern: fc.Arbitrary<string> = fc.letrec<Record<"part" | "sequence" | "loop", string>>((tie) => ({
  loop: fc.oneof(
    { depthSize: "small", maxDepth: 2 },
    letter,
    fc.tuple(letter, tie("loop")).map((parts) => parts.join("")),
    fc.tuple(tie("loop"), tie("loop")).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie("loop"), times).map(([inner, count]) => `(?:${inner})${count}`),
  ),
  sequence: fc.array(tie("part"), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
  part: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    fc.oneof(letter, fc.constantFrom("^", "$")),
    fc.tuple(tie("loop"), times).map(([inner, count]) => `(?:${inner})${count}`),
    fc.tuple(tie("sequence"), fc.constantFrom("?", "{2}", "{0,2}")).map(([inner, count]) => `(?:${inner})${count}`),
    fc.tuple(tie("sequence"), tie("sequence")).map(([a, b]) => `(?:${a}|${b})`),
    tie("sequence").map((inner) => `(?=${inner})`),
    tie("sequence").map((inner) => `(?!${inner})`),
  ),
})).sequence;

/** The same with lookbehind and word boundaries, and assertions inside loops. */
const anyPattern: fc.Arbitrary<string> = fc
  .tuple(pattern, pattern, fc.constantFrom("(?<=X)", "(?<!X)", "\\b", "(?:(?!X).)*", "(?:\\bX)+", "(?!X(?<=X))"))
  .map(([around, inner, assertion]) => `${around}${assertion.replaceAll("X", inner)}${around}`);

// No astral characters: V8 looks for some empty matches between the two halves of one.
const text = fc.string({ unit: fc.constantFrom("a", "b", "0", "\n", "é"), maxLength: 6 });

describe("a pattern as an automaton", () => {
  it("finds what the platform's engine finds", () => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 6, maxLength: 6 }), (source, texts) => {
        for (const each of texts) {
          const ours = accepts(source, each);
          if (ours !== undefined)
            expect({ each, found: ours }).toEqual({ each, found: new RegExp(source, "u").test(each) });
        }
      }),
      { numRuns: 300 },
    );
  });

  it("loosely finds at least what the platform's engine finds, whatever the assertions", () => {
    fc.assert(
      fc.property(anyPattern, fc.array(text, { minLength: 6, maxLength: 6 }), (source, texts) => {
        const store = new RegexStore(free);
        const loose = parsePatternLoosely(store, source)!;
        for (const each of texts.filter((candidate) => new RegExp(source, "u").test(candidate))) {
          let state = loose;
          for (const character of each) state = store.after(state, character.codePointAt(0)!);
          expect({ each, found: store.after(state, END).nullable }).toEqual({ each, found: true });
        }
      }),
      { numRuns: 200 },
    );
  });

  it("follows all of them", () => {
    const sources = fc.sample(pattern, { numRuns: 300, seed: 1 });
    expect(sources.filter((source) => accepts(source, "") === undefined)).toEqual([]);
  });

  it.each([
    ["^a{3}$", "aaa"],
    ["^[a-z]+-\\d+$", "a-0"],
    ["^\\p{Lu}$", "A"],
    ["^(?=.*b)a", "ab"],
    ["x", "x"],
    ["^[\\u{1F600}]$", "😀"],
    ["^$", ""],
    ["^[^a-zA-Z0-9 -~]$", "¡"],
  ])("%s: the shortest, most readable text is %j", (source, expected) => {
    expect(shortest(source)).toBe(expected);
  });

  it.each(["a^", "$a", "^(?!a)a", "[^\\s\\S]"])("%s is found in no text", (source) => {
    expect(shortest(source)).toBeUndefined();
  });

  it("counts lengths along the paths", () => {
    expect(shortest("^(aaa)*$", 100, 110)).toBe("a".repeat(102));
    expect(shortest("^(aaa)*$", 100, 101)).toBeUndefined();
    expect(shortest("^(ab)*a?$", 10_001)).toBe(`${"ab".repeat(5_000)}a`);
  });

  it("gives up on lookbehind and open backreferences", () => {
    expect(accepts("(?<=a)b", "ab")).toBeUndefined();
    expect(accepts("^(a*)\\1$", "aa")).toBeUndefined();
  });
});

describe("the written form of a pattern", () => {
  it.each([
    ["\\@", "@"],
    ["[\\w-.]", "[\\w\\-.]"],
    ["a{", "a\\{"],
    ["^[a-z]{2}$", "^[a-z]{2}$"],
  ])("%s is read as %s", (source, expected) => {
    expect(normalizePattern(source)).toEqual({ source: expected, flags: "u" });
  });

  it("is kept as it is when only the old grammar reads it", () => {
    expect(normalizePattern("\\c")).toEqual({ source: "\\c", flags: "" });
  });

  it.each(["(", "[", "*a", "(?<n"])("%s is none", (source) => {
    expect(normalizePattern(source)).toBeUndefined();
  });
});

describe("a single text", () => {
  it("is matched in linear time where backtracking would explode", () => {
    expect(matchesPattern("^(a+)+$", `${"a".repeat(5_000)}b`)).toBe(false);
  });

  it("is not matched at all where nothing linear is at hand", () => {
    expect(() => matchesPattern("^(?=(a+)+$)", `${"a".repeat(100)}b`)).toThrow(/exponential/);
  });
});
