/**
 * Evaluation where it runs, small enough for browsers and edge workers: the same answers as everywhere, from a snapshot
 * at hand or one that is fetched. Operators that few projects use are loaded when a snapshot asks for them.
 *
 * @module
 */
export {
  connect,
  createClient,
  type LocalClient,
  type LocalEvents,
  type LocalOptions,
  type LocalStatus,
} from "./client/local-client.ts";
export type { LocalSink, LocalSource } from "./client/local-source.ts";
export type { Host } from "./client/host.ts";
export type { RegularExpressions } from "./evaluation/operators/operator.ts";
export type { Flag, FlagData, Validate, ValueOf, ContextArguments } from "./codegen/v1/flag.ts";
export * from "./evaluation/details.ts";
export * from "./snapshot/model.ts";
export { fetchSource, type FetchSourceOptions } from "./sources/fetch-source.ts";
