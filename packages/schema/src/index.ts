export type {
  CalendarDate,
  ContextSchema,
  DefinitionBundle,
  FlagDefinition,
  FlagKind,
  FlagState,
  JsonSchema,
  Lifecycle,
  Segment,
  AttributeCondition,
  FlagConfiguration,
} from "./definition/model.ts";
export type { Diagnostic, Fix, Position, Range, Severity } from "./diagnostic/diagnostic.ts";
export * from "./definitions.ts";
export { configure, initialState } from "./definition/configure.ts";
export { schemaHash } from "./definition/schema-hash.ts";
export { fileSnapshot } from "./project/file-snapshot.ts";
export type {
  CompatibilityMode,
  CompatibilityPolicy,
  GeneratorEntry,
  Located,
  LocatedDefinition,
  LocatedSegment,
  LocatedState,
  Project,
  ProjectConfig,
  ProjectEnvironment,
  StalePolicy,
  Suppression,
} from "./project/model.ts";
export { locate } from "./source/source-file.ts";
export { compareDiagnostics } from "./diagnostic/order.ts";
export { nearest, suggestion } from "./json/nearest.ts";
export { validateBundle } from "./validation/bundle.ts";
export { validateContext } from "./validation/context.ts";
export { validateDefinition } from "./validation/definition.ts";
export type { StateProblem } from "./validation/problem.ts";
export { validateSegment } from "./validation/segment.ts";
export { validateState } from "./validation/state.ts";
export type { Surroundings } from "./validation/surroundings.ts";
export { compileValueSchema, type ValueSchema } from "./validation/value-schema.ts";
export { compareLine, compareSchemas, compareSchemaTexts, isSubset, SchemaError } from "./compatibility/index.ts";
export type { Comparison, No, Unknown, UnknownReason, Verdict, Yes } from "./compatibility/index.ts";
export { diagnosticsJson } from "./diagnostic/print-json.ts";
export { diagnosticsText, type TextOptions } from "./diagnostic/print-text.ts";
export { type Paint, plainPaint } from "./diagnostic/paint.ts";
export { lintProject, type LintOptions } from "./rules/lint/lint.ts";
export { lintRules } from "./rules/lint/registry.ts";
export type { LintCategory, LintFinding, LintRule, LintSubject, RuleDocs } from "./rules/lint/rule.ts";
export { type FormatName, formatSchemas } from "./formats/formats.ts";
export {
  compareProjects,
  type CompareProjectsOptions,
  type DeployedReaders,
  type EarlierProject,
  type StoredFlag,
} from "./rules/breaking/compare-projects.ts";
export { breakingRules } from "./rules/breaking/registry.ts";
export type { Break, CheckReport, SuppressedBreak } from "./rules/breaking/report.ts";
export type { BreakCategory, BreakFinding, BreakingRule } from "./rules/breaking/rule.ts";
export { checkGithub } from "./rules/breaking/printers/print-github.ts";
export { checkJson } from "./rules/breaking/printers/print-json.ts";
export { checkJunit } from "./rules/breaking/printers/print-junit.ts";
export { checkMarkdown } from "./rules/breaking/printers/print-markdown.ts";
export { checkSarif } from "./rules/breaking/printers/print-sarif.ts";
export { checkText } from "./rules/breaking/printers/print-text.ts";
export { bumpVersion, type Bumped } from "./project/bump.ts";
export { bundleProject } from "./project/bundle-project.ts";
