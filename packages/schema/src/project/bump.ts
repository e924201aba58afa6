import { posix } from "node:path";
import { parseDocument } from "yaml";
import { parseWireKey, wireKey } from "../definition/identity.ts";
import type { Project } from "./model.ts";

export interface Bumped {
  /** Wire key of the new version. */
  readonly key: string;
  /** The file to write, beside the one it was made from. */
  readonly path: string;
  readonly text: string;
  /** The file that the new version was made from. */
  readonly from: string;
}

/**
 * A new version of a flag: its definition as it stands, with the next number, in a file of its own; comments and
 * layout stay. A key with a version copies that version. `undefined` when the project has no such flag.
 */
export function bumpVersion(project: Project, flag: string): Bumped | undefined {
  const wanted = parseWireKey(flag);
  if (wanted === undefined) return undefined;
  const versions = project.definitions.filter(({ value }) => value.key === wanted.key);
  const source = versions.find(({ value }) => wireKey(value) === flag);
  const text = source && project.files.get(source.file);
  if (source === undefined || text === undefined) return undefined;
  const version = Math.max(...versions.map(({ value }) => value.version)) + 1;
  const key = wireKey({ key: wanted.key, version });
  return {
    key,
    path: posix.join(posix.dirname(source.file), `${key}${posix.extname(source.file)}`),
    text: withVersion(text, version),
    from: source.file,
  };
}

/** Only the number changes, or one line is added below the key: no reformatting, no lost comment. */
function withVersion(text: string, version: number): string {
  const document = parseDocument(text, { prettyErrors: false });
  const node = document.get("version", true) as { readonly range?: readonly [number, number, number] } | undefined;
  if (node?.range !== undefined) return `${text.slice(0, node.range[0])}${version}${text.slice(node.range[1])}`;
  const key = document.get("flag", true) as { readonly range?: readonly [number, number, number] } | undefined;
  const end = key?.range?.[1] ?? 0;
  if (text.trimStart().startsWith("{")) return `${text.slice(0, end)}, "version": ${version}${text.slice(end)}`;
  const line = /\r?\n|$/.exec(text.slice(end));
  const at = end + (line?.index ?? 0);
  return `${text.slice(0, at)}\nversion: ${version}${text.slice(at)}`;
}
