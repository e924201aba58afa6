/** Colours for a text that is printed to a terminal; each wraps a piece of it. */
export interface Paint {
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

const same = (text: string): string => text;

/** No colours: for files, pipes and tests. */
export const plainPaint: Paint = { red: same, yellow: same, green: same, cyan: same, bold: same, dim: same };
