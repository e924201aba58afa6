/**
 * What is in neither the core nor a module as large as its own: the local client loads it when a snapshot first asks
 * for one of these.
 */
export * from "./case-folding.ts";
export * from "./collection.ts";
export * from "./date.ts";
export * from "./matches.ts";
