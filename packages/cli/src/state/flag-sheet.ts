import type { FlagResource } from "../api/resources.ts";
import type { Paint } from "../output/paint.ts";
import { printable } from "../output/text.ts";
import { conditionWords, ruleTitle, serveWords, targetWords, valueWords } from "./words.ts";

/** Everything about a flag in one environment, on one page. */
export function flagSheet(flag: FlagResource, paint: Paint): string {
  const { definition, state, killed } = flag;
  const lines: (readonly [what: string, value: string])[] = [];
  if (definition.description !== undefined) lines.push(["", printable(definition.description)]);
  lines.push(["owner", printable(definition.owner ?? "–")], ["kind", definition.kind]);
  if (definition.expires !== undefined) lines.push(["expires", definition.expires]);
  lines.push(["type", definition.type], ["default", valueWords(definition.default)]);
  for (const [name, value] of [...definition.variants, ...state.variants])
    lines.push([`variant ${printable(name)}`, valueWords(value)]);
  if (killed !== undefined)
    lines.push(["killed", paint.red(`${printable(killed.reason)} (${printable(killed.by)}, ${printable(killed.at)})`)]);
  lines.push(["state", state.on ? paint.green("on") : "off"]);
  if (state.off !== undefined) lines.push(["off serves", printable(state.off)]);
  for (const name of ["activeFrom", "activeUntil", "autoOff"] as const)
    if (state[name] !== undefined) lines.push([name, printable(state[name])]);
  for (const { flag: key, is } of definition.requires)
    lines.push(["requires", `${printable(key)} ${is === "on" ? "on" : is.map(printable).join(" or ")}`]);
  for (const target of state.targets) lines.push(["target", `${targetWords(target)} → ${serveWords(target.serve)}`]);
  for (const rule of state.rules) {
    const title = rule.name === undefined ? "" : paint.dim(`  ${ruleTitle(rule)}`);
    lines.push(["rule", `${conditionWords(rule.when)} → ${serveWords(rule.serve)}${title}`]);
  }
  lines.push(["otherwise", serveWords(state.otherwise)]);
  const width = Math.max(...lines.map(([what]) => what.length));
  const head = `${paint.bold(flag.key)} in ${printable(flag.environment)} ${paint.dim(`(version ${flag.version}, revision ${flag.revision}, last changed by ${printable(flag.updatedBy)}, ${printable(flag.updatedAt)})`)}`;
  return `${head}\n${lines.map(([what, value]) => `  ${paint.dim(what.padEnd(width))}  ${value}`.trimEnd()).join("\n")}\n`;
}
