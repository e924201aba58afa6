import type { FlagDefinition, Lifecycle } from "@flagwright/schema";
import { paragraphs, prose } from "./comment.ts";
import { constraintSentences } from "./constraints.ts";

/** The name that a flag's key stands for in this output, if the output holds that flag. */
export type FlagNameOf = (key: string) => string | undefined;

/** What an editor shows for a flag: what it is for, whose it is, how long it lives, and what its type cannot say. */
export function flagDoc(definition: FlagDefinition, nameOf: FlagNameOf): readonly string[] {
  const { description = "", owner, kind, expires, lifecycle, tags, type } = definition;
  const facts = [
    capitalized(kind),
    ...(owner === undefined ? [] : [`owned by ${owner}`]),
    ...(expires === undefined ? [] : [`expires ${expires}`]),
  ].join(", ");
  const primitive = type !== "object" && type !== "array" && type !== "any";
  const constraints = primitive ? constraintSentences(definition.value).join(" ") : "";
  const labels = tags.length === 0 ? "" : ` Tags: ${tags.join(", ")}.`;
  return paragraphs([
    prose(description),
    prose(constraints),
    prose(`${facts}.${labels}`),
    deprecation(lifecycle, nameOf),
  ]);
}

function deprecation(lifecycle: Lifecycle, nameOf: FlagNameOf): readonly string[] {
  if (lifecycle.status === "active") return [];
  const { reason, replacement, sunset, status } = lifecycle;
  const name = replacement === undefined ? undefined : nameOf(replacement);
  const words = [
    ...(status === "sunset" ? ["No longer served."] : []),
    ...(reason === undefined ? [] : prose(sentence(reason))),
    ...(name === undefined ? [] : [`Use {@link ${name}}.`]),
    ...(sunset === undefined ? [] : [`Sunset on ${sunset}.`]),
  ];
  return [`@deprecated ${words.join(" ")}`.trimEnd()];
}

function sentence(text: string): string {
  return /[.!?]$/.test(text.trim()) ? text : `${text}.`;
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
