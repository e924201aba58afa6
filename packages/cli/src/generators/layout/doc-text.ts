import { printer } from "prettier/doc";
import type { Doc } from "prettier";
import type { Style } from "../style.ts";

/** Lays a document out with prettier's own printer: what fits goes on one line. */
export function docText(doc: Doc, style: Style): string {
  const { printWidth = 80, tabWidth = 2, useTabs = false } = style;
  return printer.printDocToString(doc, { printWidth, tabWidth, useTabs, newLine: "\n" } as never).formatted;
}
