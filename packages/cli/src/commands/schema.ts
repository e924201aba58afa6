import { join, relative, resolve } from "node:path";
import { formatSchemas, suggestion } from "@flagwright/schema";
import type { JsonObject } from "@flagwright/runtime";
import type { Command } from "../command.ts";
import { Failure } from "../failure.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { readIfThere, writeWhole } from "../project/write-file.ts";

interface Options {
  readonly out?: string;
  readonly json?: boolean;
}

export const command: Command = {
  configure(schema, io) {
    schema
      .argument("[name]", "which format; without one, their names")
      .option("--out <dir>", "write every schema to this folder, as NAME.schema.json")
      .option("--json", "without a name, print all of them as one JSON object")
      .addHelpText(
        "after",
        "\nIn an editor: # yaml-language-server: $schema=<dir>/flag.schema.json as the first line of a flag's file.",
      );
    schema.action((name: string | undefined, { out, json }: Options) => {
      if (out !== undefined) {
        for (const [each, content] of Object.entries(formatSchemas)) {
          const path = join(resolve(io.cwd, out), `${each}.schema.json`);
          const text = `${JSON.stringify(content, undefined, 2)}\n`;
          if (readIfThere(path) !== text) writeWhole(path, text);
          io.stdout.write(`${paintFor(io, io.stdout).green("✓")} ${relative(io.cwd, path)}\n`);
        }
        return;
      }
      if (name === undefined && json === true) return printJson(io, formatSchemas);
      if (name === undefined) {
        const width = Math.max(...Object.keys(formatSchemas).map((each) => each.length));
        for (const [each, { title }] of Object.entries<JsonObject>(formatSchemas))
          io.stdout.write(`${each.padEnd(width)}  ${typeof title === "string" ? title : ""}`.trimEnd() + "\n");
        return;
      }
      const found = Object.entries(formatSchemas).find(([each]) => each === name);
      if (found === undefined)
        throw new Failure(`There is no format "${name}".`, { help: suggestion(name, Object.keys(formatSchemas)) });
      printJson(io, found[1]);
    });
  },
};
