export * from "./definition/model.ts";
export * from "./diagnostic/diagnostic.ts";
