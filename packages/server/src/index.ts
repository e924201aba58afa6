export type { Clock } from "./operations/clock.ts";
