/** Waits for output that comes after what was waited for before. */
export function listening(): {
  readonly hear: (chunk: string) => void;
  readonly until: (pattern: RegExp) => Promise<void>;
} {
  let text = "";
  let wake = (): void => {};
  return {
    hear: (chunk: string): void => {
      text += chunk;
      wake();
    },
    until: async (pattern: RegExp): Promise<void> => {
      for (let match = pattern.exec(text); ; match = pattern.exec(text)) {
        if (match !== null) {
          text = text.slice(match.index + match[0].length);
          return;
        }
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
