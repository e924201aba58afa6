/** A name that generated code may import from `@flagwright/runtime/codegen/v1`. */
export interface CodegenName {
  readonly name: string;
  /** `type` names are imported with `import type`. */
  readonly kind: "value" | "type";
}

/** The module that generated code imports, and nothing else. */
export const CODEGEN_MODULE = "@flagwright/runtime/codegen/v1";

/** Every name of that module. The generator reads this list, so it cannot emit a name that does not exist. */
export const CODEGEN_NAMES: readonly CodegenName[] = [
  { name: "defineFlag", kind: "value" },
  { name: "Flag", kind: "type" },
];
