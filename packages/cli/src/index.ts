export { exitCodes, type ExitCode } from "./exit-codes.ts";
export type { Io, Terminal } from "./io/io.ts";
export { run } from "./program.ts";
export {
  generate,
  type GeneratedFile,
  type GenerateInput,
  type GenerateResult,
  type Generator,
  type GeneratorInput,
  type OutputProblem,
} from "./generators/index.ts";
