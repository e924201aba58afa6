import type { CalendarDate } from "../../definition/model.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import { compareDiagnostics } from "../../diagnostic/order.ts";
import type { Project } from "../../project/model.ts";
import { docsPage } from "../docs-page.ts";
import { lintRules } from "./registry.ts";
import { unknownRules } from "./unknown-rules.ts";

export interface LintOptions {
  /** Which day it is, for rules about expiry. */
  readonly today: CalendarDate;
}

/**
 * Everything there is to say about a project: what is wrong, and what its rules object to, with the severities that
 * the project has chosen. What belongs to no rule, such as broken YAML, cannot be switched off.
 */
export function lintProject(project: Project, { today }: LintOptions): readonly Diagnostic[] {
  const ids = new Set(lintRules.map(({ id }) => id));
  const others = project.diagnostics.filter(({ code }) => !ids.has(code));
  const found = lintRules.flatMap((rule): readonly Diagnostic[] => {
    const chosen = Object.hasOwn(project.config.lint, rule.id) ? project.config.lint[rule.id] : undefined;
    const severity = rule.needed === true ? rule.severity : (chosen ?? rule.severity);
    if (severity === "off") return [];
    return Array.from(rule.check({ project, today }), ({ file, range, message, help, fix }) => ({
      code: rule.id,
      severity,
      message,
      file,
      range,
      ...(help === undefined ? {} : { help }),
      docs: docsPage(rule.id),
      ...(fix === undefined ? {} : { fix }),
    }));
  });
  return [...others, ...unknownRules(project, ids), ...found].sort(compareDiagnostics);
}
