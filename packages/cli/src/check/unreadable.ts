import type { Diagnostic, Project } from "@flagwright/schema";
import { fileRole } from "@flagwright/schema";

/**
 * Problems of files that gave no definition or segment: to a comparison they would look deleted. What is wrong
 * between files is left to lint, which sees all of them.
 */
export function unreadable({ config, definitions, segments, files, diagnostics }: Project): readonly Diagnostic[] {
  const read = new Set([...definitions, ...segments].map(({ file }) => file));
  const lost = new Set(
    [...files.keys()].filter((path) => {
      const role = fileRole(path, config.flags);
      return (role === "flag" || role === "segment") && !read.has(path);
    }),
  );
  return diagnostics.filter(
    ({ file, severity, code }) => severity === "error" && (lost.has(file) || code === "PROJECT_FILE_PRESENT"),
  );
}
