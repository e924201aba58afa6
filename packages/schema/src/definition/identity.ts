/** Lower-case words, joined by `-` or `.`: safe in a URL, a file name and, camel-cased, in code. */
export const KEY_PATTERN: RegExp = /^[a-z][a-z0-9]*([-.][a-z0-9]+)*$/;

/** Keys are read, typed and shown in tables. */
export const MAX_KEY_LENGTH = 100;

/** Versions are counted by people. */
export const MAX_VERSION = 9_999;

export function isKey(text: string): boolean {
  return text.length <= MAX_KEY_LENGTH && KEY_PATTERN.test(text);
}

/**
 * How a flag version is named outside its definition: version 1 by the bare key, others by `key@version`.
 *
 * @example
 * ```ts
 * wireKey({ key: "regional-discount", version: 2 }); // "regional-discount@2"
 * ```
 */
export function wireKey({ key, version }: { readonly key: string; readonly version: number }): string {
  return version === 1 ? key : `${key}@${version}`;
}

/** The key and version that a wire key names, or `undefined` when it is none. `x@1` is none: it is written `x`. */
export function parseWireKey(text: string): { readonly key: string; readonly version: number } | undefined {
  const [key = "", version, ...rest] = text.split("@");
  if (!isKey(key) || rest.length > 0) return undefined;
  if (version === undefined) return { key, version: 1 };
  return /^[1-9]\d{0,3}$/.test(version) && version !== "1" ? { key, version: Number(version) } : undefined;
}
