export { createServer, type RunningServer, type ServerParts } from "./server.ts";
export type { LogLevel, ServerConfig } from "./config.ts";
export type { Credentials } from "./tenancy/first-start.ts";
export type { Clock } from "./operations/clock.ts";
