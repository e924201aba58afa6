import { InvalidArgumentError, type Command as Commander } from "commander";

/** Adds a `--reason` that has to be given, and to say something. */
export function addReasonOption(command: Commander, description: string): Commander {
  return command.requiredOption("-r, --reason <text>", description, (text: string): string => {
    if (text.trim() === "") throw new InvalidArgumentError("Say why; whoever finds it will want to know.");
    return text;
  });
}
