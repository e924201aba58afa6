/**
 * The client for browsers: values evaluated by the server, for one context. No dependency, no rules, no Node.
 *
 * @module
 */
export { type BrowserClient, type ClientFlag, connect, createClient } from "./client/browser-client.ts";
export type { EventStream, RemoteContext, RemoteEvents, RemoteOptions, RemoteStatus } from "./client/remote-options.ts";
