import { join } from "node:path";
import type { FlagDefinition } from "@flagwright/schema";
import { readIfThere } from "../../project/write-file.ts";
import type { GeneratedFile } from "../generator.ts";
import type { Memory } from "../memory.ts";
import type { TypeNode } from "../typescript/type-node.ts";
import { digest, readCache, writeCache } from "./cache-file.ts";

interface Remembered {
  readonly types: Readonly<Record<string, TypeNode>>;
  /** The texts themselves are where they were generated to. */
  readonly files: Readonly<Record<string, readonly (readonly [path: string, digest: string])[]>>;
}

const NAME = "memory.json";

/** A memory on the disk. `save` keeps what this run has asked for or learned, and forgets the rest. */
export class DiskMemory implements Memory {
  readonly #fingerprints: ReadonlyMap<FlagDefinition, string>;
  readonly #root: string;
  readonly #tool: string;
  readonly #before: Remembered | undefined;
  readonly #types = new Map<string, TypeNode>();
  readonly #files = new Map<string, readonly (readonly [path: string, digest: string])[]>();
  #learned = false;

  /**
   * One that is not `trusted` starts empty, and writes over what was there. `fingerprints` are of the files that the
   * definitions were read from; they spare the writing out of each definition.
   */
  constructor(
    root: string,
    tool: string,
    trusted: boolean,
    fingerprints: ReadonlyMap<FlagDefinition, string> = new Map<FlagDefinition, string>(),
  ) {
    this.#fingerprints = fingerprints;
    this.#root = root;
    this.#tool = tool;
    this.#before = trusted ? (readCache(root, NAME, tool) as Remembered | undefined) : undefined;
  }

  fingerprint(definition: FlagDefinition): string {
    return this.#fingerprints.get(definition) ?? JSON.stringify(definition);
  }

  type(key: string): TypeNode | undefined {
    const short = digest(key);
    const types = this.#before?.types ?? {};
    const type = this.#types.get(short) ?? (Object.hasOwn(types, short) ? types[short] : undefined);
    if (type !== undefined) this.#types.set(short, type);
    return type;
  }

  keepType(key: string, type: TypeNode): void {
    this.#types.set(digest(key), type);
    this.#learned = true;
  }

  files(key: string): readonly GeneratedFile[] | undefined {
    const known = this.#before?.files ?? {};
    const entries = Object.hasOwn(known, key) ? known[key] : undefined;
    if (entries === undefined) return undefined;
    const files = entries.map(([path]) => ({ path, content: readIfThere(join(this.#root, path)) ?? "" }));
    if (!files.every(({ content }, at) => digest(content) === entries[at]?.[1])) return undefined;
    this.#files.set(key, entries);
    return files;
  }

  keepFiles(key: string, files: readonly GeneratedFile[]): void {
    this.#files.set(
      key,
      files.map(({ path, content }) => [path, digest(content)]),
    );
    this.#learned = true;
  }

  save(): void {
    if (!this.#learned && this.#before !== undefined) return;
    const remembered: Remembered = {
      types: Object.fromEntries(this.#types),
      files: Object.fromEntries(this.#files),
    };
    writeCache(this.#root, NAME, this.#tool, remembered);
  }
}
