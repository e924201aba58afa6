/**
 * Everything of `@flagwright/runtime`, with streaming, files and linear-time regular expressions. Needs Node.
 *
 * @module
 */
export * from "./index.ts";
export {
  type ClientOptions,
  connect,
  createClient,
  type FileOptions,
  type ServerOptions,
} from "./client/node-client.ts";
export { regularExpressions } from "./evaluation/regular-expressions.ts";
export type { BodyReader, Fetch, FetchInit, FetchResponse } from "./sources/http.ts";
export { type RedisClient, type RedisConnection, type RedisOptions, redisSource } from "./sources/redis-source.ts";
