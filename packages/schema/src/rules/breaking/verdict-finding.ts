import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { Verdict } from "../../compatibility/index.ts";
import { wireKey } from "../../definition/identity.ts";
import type { LocatedDefinition } from "../../project/model.ts";
import { differencePointer } from "../../json/difference.ts";
import { at, type BreakFinding } from "./rule.ts";

/** The finding of a rule that asks whether one schema fits inside another: nothing when it does. */
export function verdictFinding(
  verdict: Verdict,
  { before, after }: { readonly before: LocatedDefinition; readonly after: LocatedDefinition },
  words: { readonly message: string; readonly shows: string; readonly help: string },
): readonly BreakFinding[] {
  if (verdict.answer === "yes") return [];
  const pointer = `/value${differencePointer(json(before.value.value), json(after.value.value))}`;
  const common = {
    ...at(after, pointer),
    message: words.message,
    help: words.help,
    command: `flagwright bump ${wireKey(after.value)}`,
    identity: `${before.value.schemaHash} ${after.value.schemaHash}`,
  };
  if (verdict.answer === "no") return [{ ...common, witness: { text: verdict.witnessText, shows: words.shows } }];
  const { path, why, rewrite } = verdict.reason;
  return [{ ...common, undecided: { why: path === "" ? why : `${why} (at ${path})`, rewrite } }];
}

function json(schema: JsonObject | boolean): JsonValue {
  return schema;
}
