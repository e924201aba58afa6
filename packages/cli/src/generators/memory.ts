import type { GeneratedFile } from "./generator.ts";
import type { TypeNode } from "./typescript/type-node.ts";

/**
 * What earlier runs found out, by keys that hold all that the answer depends on. A memory may forget at any time; it
 * never makes anything different, only sooner.
 */
export interface Memory {
  type(key: string): TypeNode | undefined;
  keepType(key: string, type: TypeNode): void;
  files(key: string): readonly GeneratedFile[] | undefined;
  keepFiles(key: string, files: readonly GeneratedFile[]): void;
}

export const NO_MEMORY: Memory = {
  type: () => undefined,
  keepType: () => undefined,
  files: () => undefined,
  keepFiles: () => undefined,
};
