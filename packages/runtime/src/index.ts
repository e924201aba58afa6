export * from "./snapshot/model.ts";
export * from "./evaluation/details.ts";
export type { Flag, FlagData, Validate, ValueOf, ContextArguments } from "./codegen/v1/flag.ts";
export { CODEGEN_MODULE, CODEGEN_NAMES, type CodegenName } from "./codegen/v1/names.ts";
