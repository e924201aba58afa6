import type { JsonValue } from "@flagwright/runtime";
import type { FlagDefinition } from "@flagwright/schema";
import { INTERFACE_VERSION, type Generator, type GeneratorInput, type OutputProblem } from "../generator.ts";
import { docText } from "../layout/doc-text.ts";
import { jsonDoc } from "../layout/json-doc.ts";

/** A target that writes one JSON file, of all flags or, with `audience: client`, of those that clients may see. */
export function jsonTarget(
  purpose: string,
  document: (input: GeneratorInput, definitions: readonly FlagDefinition[], client: boolean) => JsonValue,
): Generator {
  return {
    interfaceVersion: INTERFACE_VERSION,
    purpose,
    configure: ({ target, output, options }) => {
      const { audience = "server", ...unknown } = options;
      const problems: OutputProblem[] = Object.keys(unknown).map((option) => ({
        option,
        message: `The target \`${target}\` has no option \`${option}\`.`,
        help: "Its only option is audience.",
      }));
      if (audience !== "server" && audience !== "client")
        problems.push({
          option: "audience",
          message: `\`audience\` cannot be ${JSON.stringify(audience)}.`,
          help: 'Choose "server" or "client".',
        });
      if (problems.length > 0) return { ok: false, problems };
      const client = audience === "client";
      return {
        ok: true,
        value: async (input) => {
          const definitions = input.definitions
            .filter(({ visibility }) => !client || visibility === "client")
            .sort((a, b) => (a.key === b.key ? a.version - b.version : a.key < b.key ? -1 : 1));
          return [
            { path: output, content: `${docText(jsonDoc(document(input, definitions, client)), input.style)}\n` },
          ];
        },
      };
    },
  };
}
