import type { Diagnostic, Severity } from "../diagnostic/diagnostic.ts";
import { pointerNames, pointerTo } from "../json/pointer.ts";
import type { Located } from "../project/model.ts";
import type { SourceFile } from "./source-file.ts";

/** Gathers, while one file is read, what is wrong with it and which canonical part came from which written one. */
export class Reader {
  readonly source: SourceFile;
  readonly #diagnostics: Diagnostic[];
  readonly #origins = new Map<string, Origin>();

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

  /**
   * Remembers that the canonical part was written here, as a value or as its key. Parts of it that have the same names
   * need no word.
   */
  origin(canonical: string, pointer: string, part?: "key"): void {
    if (canonical !== pointer || part !== undefined) this.#origins.set(canonical, { pointer, part });
  }

  /** A value with the way back to what was written. `written` is where in the file the whole of it stands. */
  located<T>(value: T, written = ""): Located<T> {
    const { source } = this;
    const origins = new Map(this.#origins);
    this.#origins.clear();
    return {
      value,
      file: source.path,
      locate: (pointer, part) => {
        const origin = writtenAt(origins, pointer, written);
        return source.locate(origin.pointer, part ?? origin.part);
      },
    };
  }
}

interface Origin {
  readonly pointer: string;
  readonly part: "key" | undefined;
}

/** The longest beginning of the pointer that has an origin, with the rest of the pointer after it. */
function writtenAt(origins: ReadonlyMap<string, Origin>, pointer: string, written: string): Origin {
  const names = pointerNames(pointer);
  for (let length = names.length; length > 0; length--) {
    const origin = origins.get(names.slice(0, length).reduce(pointerTo, ""));
    if (origin === undefined) continue;
    if (length === names.length) return origin;
    return { pointer: names.slice(length).reduce(pointerTo, origin.pointer), part: undefined };
  }
  return { pointer: written + pointer, part: undefined };
}
