import type { Style } from "../style.ts";

/** Lays a module out as prettier would with this style. */
export async function formatModule(text: string, style: Style, path: string): Promise<string> {
  const { format } = await import("prettier");
  return format(text, { ...style, parser: "typescript", filepath: path });
}
