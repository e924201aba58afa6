/** `source` is TypeScript; `code` and `types` are the `.js` and the `.d.ts` that it can be taken apart into. */
export type ModuleForm = "source" | "code" | "types";
