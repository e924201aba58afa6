import { lengthOf, stringSatisfies } from "../evaluate.ts";
import type { StringAtom } from "../formula/formula.ts";
import { findWord } from "../pattern/find-word.ts";
import { parsePattern, parsePatternLoosely } from "../pattern/parse-pattern.ts";
import { RegexStore, type Regex } from "../pattern/regex.ts";
import { endSymbol } from "../pattern/alphabet.ts";
import { CharSet } from "refa";
import { found, none, undecided, type Outcome } from "./outcome.ts";

/** A witness longer than this helps nobody and fills the memory. */
const maximumWitnessLength = 1_000_000;
/** How many words are tried for a predicate that automata cannot follow. */
const maximumGuesses = 24;

type OpaqueAtom = Extract<StringAtom, { path: string }>;

/** Finds texts. Keeps the automata of one comparison. */
export class StringSolver {
  readonly #regexes: RegexStore;
  readonly #charge: () => void;
  readonly #patterns = new Map<string, Regex | undefined>();
  readonly #loose = new Map<string, Regex | undefined>();

  constructor(charge: () => void) {
    this.#charge = charge;
    this.#regexes = new RegexStore(charge);
  }

  /** The shortest, most readable text that satisfies all atoms. */
  solve(atoms: readonly StringAtom[]): Outcome {
    const finite = atoms.filter((atom) => atom.kind === "stringIn");
    if (finite.length > 0) {
      const smallest = finite.reduce((a, b) => (b.values.size < a.values.size ? b : a));
      for (const text of smallest.values) if (atoms.every((atom) => stringSatisfies(text, atom))) return found(text);
      return none;
    }
    let least = 0;
    let most = Infinity;
    const excluded = new Set<string>();
    const languages: Regex[] = [];
    const opaque: OpaqueAtom[] = [];
    for (const atom of atoms) {
      switch (atom.kind) {
        case "minLength":
          least = Math.max(least, atom.length);
          break;
        case "maxLength":
          most = Math.min(most, atom.length);
          break;
        case "stringNotIn":
          for (const text of atom.values) excluded.add(text);
          break;
        case "pattern":
        case "notPattern": {
          const language = this.#language(atom.source);
          if (language === undefined) {
            opaque.push(atom);
            const atLeast = atom.kind === "pattern" ? this.#looseLanguage(atom.source) : undefined;
            if (atLeast !== undefined) languages.push(atLeast);
          } else languages.push(atom.kind === "pattern" ? language : this.#regexes.complement(language));
          break;
        }
        case "format":
        case "notFormat":
          opaque.push(atom);
          break;
        default:
          break;
      }
    }
    if (least > most) return none;
    if (least > maximumWitnessLength) {
      return undecided("", `A text of ${least} characters is too long to show.`, "Lower minLength.");
    }
    const relevant = [...excluded].filter((text) => {
      const length = lengthOf(text);
      return length >= least && length <= most;
    });
    if (languages.length === 0 && opaque.length === 0) return plainText(least, most, new Set(relevant));
    return this.#search(this.#regexes.intersection(languages), least, most, relevant, opaque);
  }

  #search(
    language: Regex,
    least: number,
    most: number,
    excluded: readonly string[],
    opaque: readonly OpaqueAtom[],
  ): Outcome {
    const first = findWord(this.#regexes, language, least, most, this.#charge);
    if (first === undefined) return none;
    const isExcluded = new Set(excluded);
    const isWanted = (text: string): boolean => opaque.every((atom) => stringSatisfies(text, atom));
    if (!isExcluded.has(first) && isWanted(first)) return found(first);
    let rest = this.#regexes.intersection([language, this.#regexes.complement(this.#words(excluded))]);
    for (let guesses = 0; guesses < maximumGuesses; guesses += 1) {
      const text = findWord(this.#regexes, rest, least, most, this.#charge);
      if (text === undefined) return none;
      if (isWanted(text)) return found(text);
      rest = this.#regexes.intersection([rest, this.#regexes.complement(this.#words([text]))]);
    }
    return undecided(
      opaque[0]!.path,
      opaque.some((atom) => "source" in atom)
        ? "The pattern has a lookbehind or a backreference, which no finite automaton follows."
        : "A format is a predicate that we can test on a text, but not reason about.",
      "Write the constraint as a pattern without lookbehind and backreference.",
    );
  }

  #language(source: string): Regex | undefined {
    if (!this.#patterns.has(source)) this.#patterns.set(source, parsePattern(this.#regexes, source));
    return this.#patterns.get(source);
  }

  #looseLanguage(source: string): Regex | undefined {
    if (!this.#loose.has(source)) this.#loose.set(source, parsePatternLoosely(this.#regexes, source));
    return this.#loose.get(source);
  }

  #words(texts: readonly string[]): Regex {
    const store = this.#regexes;
    const end = store.symbols(endSymbol);
    return store.union(
      texts.map((text) =>
        Array.from(text, (each) => each.codePointAt(0)!).reduceRight<Regex>(
          (rest, code) => store.concat(store.symbols(CharSet.fromCharacter(endSymbol.maximum, code)), rest),
          end,
        ),
      ),
    );
  }
}

const letters = "abcdefghijklmnopqrstuvwxyz";

/** Counting through short words always comes to one that is not excluded, if there is one. */
function plainText(least: number, most: number, excluded: ReadonlySet<string>): Outcome {
  if (least === 0 && !excluded.has("")) return found("");
  if (most === 0) return none;
  const length = Math.max(least, 1);
  const tail = "a".repeat(length - 1);
  for (let index = 0; index <= excluded.size; index += 1) {
    const text = (index < letters.length ? letters[index]! : String.fromCodePoint(0x3b1 + index)) + tail;
    if (!excluded.has(text)) return found(text);
  }
  return none;
}
