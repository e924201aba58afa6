export * from "./snapshot/model.ts";
export * from "./evaluation/details.ts";
