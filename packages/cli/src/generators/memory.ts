import type { FlagDefinition } from "@flagwright/schema";
import type { GeneratedFile } from "./generator.ts";
import type { TypeNode } from "./typescript/type-node.ts";

/**
 * What earlier runs found out, by keys that hold all that the answer depends on. A memory may forget at any time; it
 * never makes anything different, only sooner.
 */
export interface Memory {
  /** A short text that stands for all that a definition says. */
  fingerprint(definition: FlagDefinition): string;
  type(key: string): TypeNode | undefined;
  keepType(key: string, type: TypeNode): void;
  files(key: string): readonly GeneratedFile[] | undefined;
  keepFiles(key: string, files: readonly GeneratedFile[]): void;
}

export const NO_MEMORY: Memory = {
  fingerprint: (definition) => JSON.stringify(definition),
  type: () => undefined,
  keepType: () => undefined,
  files: () => undefined,
  keepFiles: () => undefined,
};
