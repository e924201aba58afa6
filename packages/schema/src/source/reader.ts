import type { Diagnostic, Severity } from "../diagnostic/diagnostic.ts";
import { pointerNames, pointerTo } from "../json/pointer.ts";
import type { Located } from "../project/model.ts";
import type { SourceFile } from "./source-file.ts";

/** Gathers, while one file is read, what is wrong with it and which canonical part came from which written one. */
export class Reader {
  readonly source: SourceFile;
  readonly #diagnostics: Diagnostic[];
  readonly #origins = new Map<string, string>();

  constructor(source: SourceFile, diagnostics: Diagnostic[]) {
    this.source = source;
    this.#diagnostics = diagnostics;
  }

  report(problem: {
    readonly pointer: string;
    readonly part?: "key" | "value";
    readonly code: string;
    readonly message: string;
    readonly help?: string | undefined;
    readonly severity?: Severity;
  }): void {
    this.#diagnostics.push({
      code: problem.code,
      severity: problem.severity ?? "error",
      message: problem.message,
      file: this.source.path,
      range: this.source.locate(problem.pointer, problem.part),
      ...(problem.help === undefined ? {} : { help: problem.help }),
    });
  }

  /** Remembers that the canonical part was written here. Parts of it that have the same names need no word. */
  origin(canonical: string, written: string): void {
    if (canonical !== written) this.#origins.set(canonical, written);
  }

  /** A value with the way back to what was written. `written` is where in the file the whole of it stands. */
  located<T>(value: T, written = ""): Located<T> {
    const { source } = this;
    const origins = new Map(this.#origins);
    this.#origins.clear();
    return {
      value,
      file: source.path,
      locate: (pointer, part) => source.locate(writtenAt(origins, pointer, written), part),
    };
  }
}

/** The longest beginning of the pointer that has an origin, with the rest of the pointer after it. */
function writtenAt(origins: ReadonlyMap<string, string>, pointer: string, written: string): string {
  const names = pointerNames(pointer);
  for (let length = names.length; length > 0; length--) {
    const origin = origins.get(names.slice(0, length).reduce(pointerTo, ""));
    if (origin !== undefined) return names.slice(length).reduce(pointerTo, origin);
  }
  return written + pointer;
}
