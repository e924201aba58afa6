import { cancel, intro, isCancel, text } from "@clack/prompts";
import { Failure } from "../../failure.ts";
import type { Io } from "../../io/io.ts";
import type { Detected } from "./detect.ts";

/** The two questions of `flagwright init`, with what was detected as their answers. @throws Failure when cancelled. */
export async function ask(detected: Detected, io: Io): Promise<Pick<Detected, "project" | "output">> {
  const streams = { input: io.stdin, output: io.stdout };
  const answered = (answer: string | symbol): string => {
    if (!isCancel(answer)) return String(answer);
    cancel("Nothing was written.", streams);
    throw new Failure("Cancelled.");
  };
  intro("A new Flagwright project", streams);
  const project = answered(
    await text({
      ...streams,
      message: "What is the project called?",
      initialValue: detected.project,
      validate: (value) =>
        /^[a-z][a-z0-9]*([-.][a-z0-9]+)*$/.test(value ?? "") && (value ?? "").length <= 100
          ? undefined
          : "Lower-case letters and digits, words joined by - or .",
    }),
  );
  const output = answered(
    await text({
      ...streams,
      message: "Where shall the typed getters be generated?",
      initialValue: detected.output,
      validate: (value) =>
        /^(?!\/)(?!.*\.\.).+\.[cm]?ts$/.test(value ?? "")
          ? undefined
          : "A .ts file inside this folder, such as src/flags.gen.ts",
    }),
  );
  return { project, output };
}
