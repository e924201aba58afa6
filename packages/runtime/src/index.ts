export * from "./snapshot/model.ts";
export * from "./evaluation/details.ts";
export type { Flag, FlagData, Validate, ValueOf, ContextArguments } from "./codegen/v1/flag.ts";
export { CODEGEN_MODULE, CODEGEN_NAMES, type CodegenName } from "./codegen/v1/names.ts";
export { compareOrder, isNewer, type Order } from "./snapshot/order.ts";
export { applyPatch, continues } from "./snapshot/apply-patch.ts";
export { parseOverlay, parsePatch } from "./snapshot/parse-patch.ts";
export { parseSnapshot } from "./snapshot/parse-snapshot.ts";
export type { Parsed, RefusedInput } from "./snapshot/refusal.ts";
export { compile, type CompileOptions } from "./evaluation/compile.ts";
export type { CompiledFlag, CompiledSnapshot, Outcome } from "./evaluation/compiled-snapshot.ts";
export type { Client, ContextOf, FlagIndex } from "./client/client.ts";
export type { ContextClient } from "./client/context-client.ts";
export type { ClientError, ClientErrorCode } from "./client/client-error.ts";
export { type CommonOptions, connect, createClient, type SourceOptions } from "./client/create-client.ts";
export type {
  ChangedEvent,
  ClientEvents,
  DriftEvent,
  ReadyEvent,
  RecoveredEvent,
  StaleEvent,
} from "./client/events.ts";
export type { Hook, HookEnvironment } from "./client/hook.ts";
export { type OpenTelemetryApi, openTelemetryHook } from "./client/opentelemetry-hook.ts";
export type { Cancel, Host } from "./client/host.ts";
export type { Logger } from "./client/logger.ts";
export type { ClientStatus } from "./client/status.ts";
export type { Source, SourceEvent, SourceSink, Verdict } from "./sources/source.ts";
export { pollSource, type PollSourceOptions } from "./sources/poll-source.ts";
export { staticSource } from "./sources/static-source.ts";
export { type AttributeType, type Operator, operatorTable } from "./evaluation/operators/operator-table.ts";
export * as snapshotLimits from "./snapshot/limits.ts";
export { checkOperand } from "./evaluation/operators/check-operand.ts";
export { reweigh, type Weight } from "./evaluation/reweigh.ts";
export { evaluateAll } from "./evaluation/evaluate-all.ts";
export { explain, type ExplainOptions } from "./evaluation/explain/explain.ts";
export {
  type Explanation,
  explanationLines,
  type ExplanationStep,
  type StepKind,
} from "./evaluation/explain/explanation.ts";
export {
  type ChangeExample,
  type FlagChange,
  type Move,
  type SegmentChange,
  simulate,
  type SimulateOptions,
  type Simulation,
} from "./evaluation/simulate/simulate.ts";
export { valueInBucket } from "./evaluation/bucket-value.ts";
