/** A pattern in the form in which we and ajv run it. */
export interface NormalPattern {
  readonly source: string;
  /** Empty for a pattern that only the old, lenient grammar reads. */
  readonly flags: "u" | "";
}

const memo = new Map<string, NormalPattern | undefined>();
/** Memory for patterns is kept between comparisons, but not without end. */
const maximumMemo = 10_000;

/**
 * JSON Schema asks for ECMA-262 with the `u` flag. Many patterns in use escape more than that grammar allows (`\@`,
 * `[\w-.]`); they mean what they say once the needless escapes are gone. `undefined` for what is no pattern at all.
 */
export function normalizePattern(source: string): NormalPattern | undefined {
  if (memo.has(source)) return memo.get(source);
  if (memo.size >= maximumMemo) memo.clear();
  const lenient = withoutNeedlessEscapes(source);
  const candidates: readonly NormalPattern[] = [
    { source, flags: "u" },
    { source: lenient, flags: "u" },
    { source, flags: "" },
  ];
  const normal = candidates.find((each) => isPattern(each));
  memo.set(source, normal);
  return normal;
}

function isPattern({ source, flags }: NormalPattern): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp;
  } catch {
    return false;
  }
}

function withoutNeedlessEscapes(source: string): string {
  let result = "";
  let inClass = false;
  for (let index = 0; index < source.length; index += 1) {
    const character = source[index]!;
    const next = source[index + 1];
    if (character === "\\" && next !== undefined) {
      result += isNeedless(next, inClass) ? next : character + next;
      index += 1;
    } else if (inClass && character === "-" && /\\[dwsDWS]$/.test(result)) {
      result += "\\-";
    } else if (!inClass && (character === "]" || (character === "}" && !/\{\d*,?\d*$/.test(result)))) {
      result += `\\${character}`;
    } else if (!inClass && character === "{" && !/^\{\d+(,\d*)?\}/.test(source.slice(index))) {
      result += "\\{";
    } else {
      if (character === "[") inClass = true;
      if (character === "]") inClass = false;
      result += character;
    }
  }
  return result;
}

/** Letters and digits mean something, or are mistakes, after a backslash. */
function isNeedless(escaped: string, inClass: boolean): boolean {
  if (/[A-Za-z0-9]/.test(escaped)) return false;
  return !(inClass ? /[\^$\\.*+?()[\]{}|/-]/ : /[\^$\\.*+?()[\]{}|/]/).test(escaped);
}
