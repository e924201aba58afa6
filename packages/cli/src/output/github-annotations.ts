import type { Diagnostic } from "@flagwright/schema";

/**
 * Workflow commands that GitHub Actions turns into annotations on the lines of a pull request.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 *
 * @param prefix the project's folder inside the repository, with forward slashes; empty at its root.
 */
export function githubAnnotations(diagnostics: readonly Diagnostic[], prefix: string): string {
  return diagnostics.map((diagnostic) => annotation(diagnostic, prefix)).join("");
}

const levels = { error: "error", warning: "warning", info: "notice" } as const;

function annotation({ severity, code, message, file, range, help }: Diagnostic, prefix: string): string {
  const { start, end } = range;
  const properties = {
    file: prefix === "" ? file : `${prefix}/${file}`,
    line: start.line,
    endLine: end.line,
    // GitHub refuses columns for an annotation of several lines.
    ...(start.line === end.line ? { col: start.column, endColumn: end.column } : {}),
    title: code,
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${levels[severity]} ${list.join(",")}::${data(help === undefined ? message : `${message}\n${help}`)}\n`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
