import type { GeneratorInput } from "../generator.ts";
import type { FileLayout } from "./file-layout.ts";
import type { TypeScriptOptions } from "./options.ts";
import type { FlagModel, ProjectModel } from "./project-model.ts";

/** One output, while it is made. */
export interface TypeScriptOutput {
  readonly input: GeneratorInput;
  readonly options: TypeScriptOptions;
  readonly model: ProjectModel;
  readonly layout: FileLayout;
  /** The flags of this output. */
  readonly flags: readonly FlagModel[];
  /** The same, by wire key. */
  readonly shown: ReadonlyMap<string, FlagModel>;
  /** Called as flags are done, with how many. */
  readonly onFlags: (count: number) => void;
}
