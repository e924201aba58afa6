import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import { pointerNames } from "../json/pointer.ts";
import type { SourceFile } from "../source/source-file.ts";

/** Keys of the format itself, which are never read as anything else. */
const ownKeys: ReadonlySet<string> = new Set(["on", "off"]);

/**
 * Unquoted `on`, `off`, `yes` and `no`: text for us and for YAML 1.2, a boolean for the many tools that read YAML 1.1.
 * A value under `lint:` is one of our own words.
 */
export function trapDiagnostics(source: SourceFile): readonly Diagnostic[] {
  return source.traps
    .filter(({ pointer, part, word }) => {
      const names = pointerNames(pointer);
      if (names[0] === "lint") return false;
      // `flags/<key>/on` of an environment file: the switch, not a variant.
      return !(part === "key" && ownKeys.has(word) && names[0] === "flags" && names.length === 3);
    })
    .map(({ pointer, part, word }): Diagnostic => {
      const range = source.locate(pointer, part);
      return {
        code: "NO_YAML_TRAP",
        severity: "warning",
        message: `${word} without quotes is text here, and true or false for tools that read YAML 1.1.`,
        file: source.path,
        range,
        help: `Write "${word}", in quotes.`,
        fix: { title: `Quote ${word}`, range, text: `"${word}"` },
      };
    });
}
