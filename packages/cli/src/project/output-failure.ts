import { join } from "node:path";
import { CONFIG_FILE, diagnosticsText, locate, type Diagnostic } from "@flagwright/schema";
import { Failure } from "../failure.ts";
import type { OutputProblem } from "../generators/index.ts";
import { readIfThere } from "./write-file.ts";

/** Outputs that cannot be made, each shown where `flagwright.yaml` names it. */
export function outputFailure(
  root: string,
  problems: readonly (OutputProblem & { readonly output: number })[],
): Failure {
  const text = readIfThere(join(root, CONFIG_FILE)) ?? "";
  const diagnostics = problems.map(({ output, option, message, help }): Diagnostic => {
    const pointer = `/generate/${output}/${option.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return {
      code: "OUTPUT_MADE",
      severity: "error",
      message: `generate[${output}].${option}: ${message}`,
      file: CONFIG_FILE,
      range: locate(text, pointer),
      help,
    };
  });
  return new Failure(diagnostics.map(({ message }) => message).join("\n"), {
    help: [...new Set(problems.map(({ help }) => help))].join("\n"),
    print: (paint) => diagnosticsText(diagnostics, { files: new Map([[CONFIG_FILE, text]]), paint }),
  });
}
