export * from "./index.ts";
export {
  type ClientOptions,
  type CommonOptions,
  connect,
  createClient,
  DEFAULT_READ_TIMEOUT_MS,
  type FileClientOptions,
  type ServerOptions,
  type SourceOptions,
} from "./client/node-client.ts";
export type { Fetch, FetchInit, FetchResponse, BodyReader } from "./sources/http.ts";
