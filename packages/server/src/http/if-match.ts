import { Problem } from "./problem.ts";

/**
 * Compares `If-Match` with the version that stands. Weak tags count as well: compressing proxies weaken them, and a
 * version names the content exactly.
 *
 * @throws Problem 412 when it is another version, 428 when the header is missing but asked for.
 */
export function checkIfMatch(header: string | undefined, version: number, required: boolean): void {
  if (header === undefined) {
    if (!required) return;
    throw new Problem(
      428,
      "IF_MATCH_MISSING",
      "Precondition required",
      `Send "If-Match" with the ETag of what you have read, or "*" to change it whatever it is. It is now ${etagOf(version)}.`,
    );
  }
  const tags = header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (tags.includes("*") || tags.includes(etagOf(version))) return;
  throw new Problem(
    412,
    "VERSION_STALE",
    "Precondition failed",
    `This was changed meanwhile: you have ${header.slice(0, 60)}, it is ${etagOf(version)}. Read it again and repeat the change.`,
    { headers: { etag: etagOf(version) } },
  );
}

export function etagOf(version: number): string {
  return `"${version}"`;
}
