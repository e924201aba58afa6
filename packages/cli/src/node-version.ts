/** The least Node.js that the packages' dependencies run on; the same as `engines` in the manifests. */
export const LEAST_NODE = "22.19.0";

/**
 * What to tell somebody whose Node.js is too old, or `undefined`. Without it they would meet a stack trace of a
 * dependency.
 *
 * @example
 * ```ts
 * unsupportedNode("20.20.2"); // "flagwright needs Node.js 22.19.0 or newer; this is 20.20.2."
 * ```
 */
export function unsupportedNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST_NODE.split(".").map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `flagwright needs Node.js ${LEAST_NODE} or newer; this is ${version}.`;
}
