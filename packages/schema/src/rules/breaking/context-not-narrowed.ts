import { isSubset } from "../../compatibility/index.ts";
import { wireKey } from "../../definition/identity.ts";
import { sameJson } from "../../json/canonical-json.ts";
import { pointerTo } from "../../json/pointer.ts";
import { CONFIG_FILE } from "../../project/read-config.ts";
import { SourceFile } from "../../source/source-file.ts";
import { decide } from "./contract.ts";
import { at, type BreakingRule } from "./rule.ts";

export const contextNotNarrowed: BreakingRule = {
  id: "CONTEXT_NOT_NARROWED",
  purpose: "A flag takes every context that it took before.",
  categories: ["SOURCE", "STORED"],
  severity: "error",
  pair: "project",
  docs: {
    what: "An attribute whose schema in flagwright.yaml refuses a value that it allowed, or that is gone from it or from a flag's context.",
    why: "Callers pass the old values, and rules that are stored read them.",
    example: "context:\n  region: { enum: [MY, SG] }   # TH was allowed",
    fix: "Keep the value allowed until nobody sends it.",
  },
  *check({ previous, current }) {
    const source = new SourceFile(CONFIG_FILE, current.files.get(CONFIG_FILE) ?? "");
    const place = (pointer: string) => ({ file: CONFIG_FILE, range: source.locate(pointer), side: "current" as const });
    for (const [name, before] of Object.entries(previous.config.context.attributes)) {
      const after = Object.hasOwn(current.config.context.attributes, name)
        ? current.config.context.attributes[name]
        : undefined;
      if (after === undefined) {
        yield {
          ...place("/context"),
          message: `The attribute ${name} is gone.`,
          help: "Keep it until no flag and no rule reads it.",
          identity: name,
        };
        continue;
      }
      if (sameJson(before, after)) continue;
      const verdict = decide(() => isSubset(before, after));
      if (verdict.answer === "yes") continue;
      const common = {
        ...place(pointerTo("/context", name)),
        message: `The attribute ${name} no longer takes every value that it took.`,
        help: "Keep the value allowed until nobody sends it.",
        identity: `${name} ${JSON.stringify(after)}`,
      };
      if (verdict.answer === "no")
        yield {
          ...common,
          witness: { text: verdict.witnessText, shows: "callers may pass it, and it is refused now" },
        };
      else yield { ...common, undecided: verdict.reason };
    }
    const olds = new Map(previous.definitions.map((each) => [wireKey(each.value), each.value]));
    for (const after of current.definitions) {
      const before = olds.get(wireKey(after.value));
      const { required, optional } = after.value.context;
      for (const name of [...(before?.context.required ?? []), ...(before?.context.optional ?? [])])
        if (!required.includes(name) && !optional.includes(name))
          yield {
            ...at(after, "/context"),
            message: `${wireKey(after.value)} no longer takes the attribute ${name}.`,
            help: "Callers that pass it no longer compile; keep it as optional.",
            identity: `${wireKey(after.value)} ${name}`,
          };
    }
  },
};
