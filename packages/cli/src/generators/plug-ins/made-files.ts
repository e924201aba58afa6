import { posix } from "node:path";
import type { GeneratedFile, OutputProblem } from "../generator.ts";

/**
 * What is wrong with the files that a generator returned, if anything: nothing is written outside the output, and
 * nothing twice. Disks that ignore case would keep one of two names that differ in case alone.
 */
export function filesProblem(files: unknown, output: string): OutputProblem | undefined {
  if (!Array.isArray(files))
    return problem(`returned ${kindOf(files)} where a list of files belongs.`, "Return `[{ path, content }]`.");
  const seen = new Map<string, string>();
  for (const [at, file] of (files as readonly unknown[]).entries()) {
    const { path, content } = (file ?? {}) as Partial<Record<keyof GeneratedFile, unknown>>;
    if (typeof path !== "string")
      return problem(`returned a file without a path, at place ${at}.`, "Each file is `{ path, content }`, both text.");
    if (typeof content !== "string")
      return problem(
        `returned ${kindOf(content)} as the content of ${JSON.stringify(path)}.`,
        "The content is text: make JSON of a value with `JSON.stringify`.",
      );
    if (!isBelow(path, output))
      return problem(
        `would write ${JSON.stringify(path)}, which is outside its output ${output}.`,
        `Return the path ${output} itself, or one in ${homeOf(output)}, with forward slashes.`,
      );
    const other = seen.get(path.toLowerCase());
    if (other !== undefined)
      return problem(
        other === path
          ? `returned two files with the path ${JSON.stringify(path)}.`
          : `returned ${JSON.stringify(other)} and ${JSON.stringify(path)}, which are one file where case does not count.`,
        "Give each file a path of its own.",
      );
    seen.set(path.toLowerCase(), path);
  }
  return undefined;
}

function problem(message: string, help: string): OutputProblem {
  return { option: "output", message: `The generator ${message}`, help };
}

/** The output itself, what is in it when it is a folder, and what stands beside it when it is a file. */
function isBelow(path: string, output: string): boolean {
  const isPlain = posix.normalize(path) === path && !/[\\:\p{Cc}]/u.test(path) && !posix.isAbsolute(path);
  const home = homeOf(output);
  return isPlain && !path.endsWith("/") && (home === "." ? !path.startsWith("..") : path.startsWith(`${home}/`));
}

function homeOf(output: string): string {
  const plain = posix.normalize(output).replace(/\/+$/, "");
  return posix.extname(plain) === "" ? plain : posix.dirname(plain);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
