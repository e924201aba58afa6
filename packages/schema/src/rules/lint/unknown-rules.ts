import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import { suggestion } from "../../json/nearest.ts";
import { pointerTo } from "../../json/pointer.ts";
import type { Project } from "../../project/model.ts";
import { CONFIG_FILE } from "../../project/read-config.ts";
import { SourceFile } from "../../source/source-file.ts";

/** Severities for rules that do not exist: a slip there would switch off nothing, and nobody would notice. */
export function unknownRules(project: Project, ids: ReadonlySet<string>): readonly Diagnostic[] {
  const text = project.files.get(CONFIG_FILE);
  const unknown = Object.keys(project.config.lint).filter((id) => !ids.has(id));
  if (text === undefined || unknown.length === 0) return [];
  const source = new SourceFile(CONFIG_FILE, text);
  return unknown.map((id) => ({
    code: "RULE_KNOWN",
    severity: "error",
    message: `There is no lint rule ${JSON.stringify(id)}.`,
    file: CONFIG_FILE,
    range: source.locate(pointerTo("/lint", id), "key"),
    help: suggestion(id, ids) ?? "`flagwright lint --rules` lists them.",
  }));
}
