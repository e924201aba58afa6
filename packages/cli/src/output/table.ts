import stringWidth from "fast-string-width";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** A cell: its text, and how to paint it once it is padded. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** Columns as wide as their widest cell, two blanks apart, titles above. East Asian characters count as two. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  title: (text: string) => string,
): string {
  const widths = columns.map((column, index) =>
    Math.max(stringWidth(column.title), ...rows.map((row) => stringWidth(row[index]?.text ?? ""))),
  );
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, paint = (same) => same }, index) => {
        const blanks = " ".repeat((widths[index] ?? 0) - stringWidth(text));
        if (columns[index]?.align === "right") return blanks + paint(text);
        return paint(text) + (index === cells.length - 1 ? "" : blanks);
      })
      .join("  ")
      .trimEnd();
  return [line(columns.map((column) => ({ text: column.title, paint: title }))), ...rows.map(line), ""].join("\n");
}
