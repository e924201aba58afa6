/**
 * The operators that the local client loads when a snapshot asks for them, to be given to it instead: where nothing can
 * be loaded, or where it is known that they are needed. And the engine behind `matches`, which is never loaded.
 *
 * @example
 * ```ts
 * import { semver } from "@flagwright/runtime/operators";
 * await connect({ snapshot, operators: { semver } });
 * ```
 * @module
 */
export * from "./evaluation/operators/further.ts";
export { cidr } from "./evaluation/operators/network.ts";
export { semver } from "./evaluation/operators/semantic-version.ts";
export { regularExpressions } from "./evaluation/regular-expressions.ts";
export type { CompileOperator, OperatorEnvironment, RegularExpressions } from "./evaluation/operators/operator.ts";
