import { RE2JS } from "re2js";

/** What ajv asks of an engine for `pattern` and `patternProperties`. */
interface LinearPattern {
  test(text: string): boolean;
  /** Ajv takes patterns of one text for the same pattern, in all schemas it compiles. */
  toString(): string;
}

interface LinearEngine {
  (pattern: string, flags: string): LinearPattern;
  /** What ajv writes into standalone code; ours is never compiled to any. */
  readonly code: string;
}

/** RE2 for ajv: a pattern from outside takes time in proportion to the text, whatever it is. */
export const linearRegExp: LinearEngine = Object.assign(
  (pattern: string): LinearPattern => {
    const compiled = RE2JS.compile(pattern);
    return { test: (text) => compiled.test(text), toString: () => `/${pattern}/` };
  },
  { code: "linearRegExp" },
);
