import type { JsonValue } from "@flagwright/runtime";
import type { Document } from "yaml";
import type { Diagnostic, Range } from "../diagnostic/diagnostic.ts";
import { pointerNames } from "../json/pointer.ts";
import { LineIndex } from "./line-index.ts";
import { MAX_FILE_LENGTH } from "./limits.ts";
import { nodeRange } from "./node-range.ts";
import { parseYaml } from "./parse-yaml.ts";
import { readPlainYaml } from "./plain-yaml.ts";
import { syntaxDiagnostics } from "./syntax-diagnostics.ts";
import { toJson, type Trap } from "./to-json.ts";

/**
 * A YAML or JSON file with what it says and where. The parsed tree is let go and made again when somebody asks for a
 * place: ten thousand trees would fill the memory, and few files have problems.
 */
export class SourceFile {
  readonly path: string;
  readonly text: string;
  /** `undefined` when the file cannot be read as one JSON value. */
  readonly value: JsonValue | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Unquoted words that other readers of YAML take for something else. */
  readonly traps: readonly Trap[];
  #document: WeakRef<Document> | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    this.traps = [];
    if (text.length > MAX_FILE_LENGTH) {
      this.diagnostics = [
        {
          code: "FILE_SIZE",
          severity: "error",
          message: `The file has ${text.length.toLocaleString("en")} characters; at most ${MAX_FILE_LENGTH.toLocaleString("en")} are read.`,
          file: path,
          range: { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
          help: "Split it: one file per flag, long lists into segments.",
        },
      ];
      return;
    }
    const plain = readPlainYaml(text);
    if (plain !== undefined) {
      this.value = plain;
      this.diagnostics = [];
      return;
    }
    const document = parseYaml(text);
    const syntax = syntaxDiagnostics(path, text, document);
    if (syntax.fatal) {
      this.diagnostics = syntax.diagnostics;
      return;
    }
    const json = toJson(path, text, document);
    this.value = json.value;
    this.traps = json.traps;
    this.diagnostics = [...syntax.diagnostics, ...json.diagnostics];
    this.#document = new WeakRef(document);
  }

  /** Where a value stands, by JSON pointer; the nearest place around it when the pointer leads nowhere. */
  locate(pointer: string, part: "key" | "value" = "value"): Range {
    if (this.text.length > MAX_FILE_LENGTH) return new LineIndex("").range(0, 0);
    let document = this.#document?.deref();
    if (document === undefined) {
      document = parseYaml(this.text);
      this.#document = new WeakRef(document);
    }
    const [start, end] = nodeRange(document, pointerNames(pointer), part);
    return new LineIndex(this.text).range(start, end);
  }
}

/** Where a value stands in a YAML or JSON text, by JSON pointer; the nearest place around it when there is none. */
export function locate(text: string, pointer: string, part: "key" | "value" = "value"): Range {
  return new SourceFile("", text).locate(pointer, part);
}
