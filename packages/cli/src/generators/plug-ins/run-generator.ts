import type { GeneratorEntry } from "@flagwright/schema";
import type { GeneratedFile, Generator, GeneratorInput, OutputProblem, Result } from "../generator.ts";
import { NO_MEMORY } from "../memory.ts";
import { messageOf, placeOf } from "./load-generator.ts";

/**
 * Asks a generator of the project's own for its files. It is somebody else's code: it gets a copy of the input, in an
 * order that does not depend on files, and what it throws is a problem of its output.
 */
export async function runGenerator(
  generator: Generator,
  entry: GeneratorEntry,
  input: GeneratorInput,
): Promise<Result<readonly GeneratedFile[]>> {
  try {
    const configured: unknown = generator.configure(entry);
    const { ok, value, problems } = (configured ?? {}) as Partial<Record<"ok" | "value" | "problems", unknown>>;
    if (ok === false && isListOfProblems(problems)) return { ok: false, problems };
    if (ok !== true || typeof value !== "function")
      return failed(
        `The function \`configure\` of ${entry.target} returned neither a generator nor problems.`,
        "Return `{ ok: true, value: (input) => files }` or `{ ok: false, problems: [{ option, message, help }] }`.",
      );
    const generate = value as (input: GeneratorInput) => unknown;
    return { ok: true, value: (await generate(copyOf(input))) as readonly GeneratedFile[] };
  } catch (error) {
    return failed(`The generator ${entry.target} failed: ${messageOf(error)}`, placeOf(error, entry.target));
  }
}

function copyOf(input: GeneratorInput): GeneratorInput {
  const { definitions, context, sources, style } = input;
  const copy = structuredClone({ definitions, context, sources, style });
  return {
    ...input,
    ...copy,
    definitions: copy.definitions.toSorted((a, b) =>
      a.key === b.key ? a.version - b.version : a.key < b.key ? -1 : 1,
    ),
    memory: NO_MEMORY,
  };
}

function isListOfProblems(problems: unknown): problems is readonly OutputProblem[] {
  return (
    Array.isArray(problems) &&
    problems.length > 0 &&
    (problems as readonly unknown[]).every((each) => {
      const { option, message, help } = (each ?? {}) as Partial<Record<keyof OutputProblem, unknown>>;
      return [option, message, help].every((text) => typeof text === "string");
    })
  );
}

function failed(message: string, help: string): Result<never> {
  return { ok: false, problems: [{ option: "generator", message, help }] };
}
