import type { GeneratorEntry } from "@flagwright/schema";
import { generate } from "../index.ts";
import type { GeneratedFile } from "../generator.ts";
import type { CompilerError, CompilerSettings, Consumer } from "./consumer.ts";
import { input } from "./definitions.ts";
import { typeTestDefinitions } from "./type-test-definitions.ts";

export const MODULE_SETTINGS = ["node16", "nodenext", "bundler"] as const;

interface OutputCase {
  readonly config: GeneratorEntry;
  /** The module that a program imports, without an extension. */
  readonly entry: string;
  /** The extension under which Node runs it as it is; `undefined` when something must resolve its imports first. */
  readonly runs: "ts" | "js" | undefined;
  /** The module resolutions that find what it imports. */
  readonly resolutions: readonly (typeof MODULE_SETTINGS)[number][];
}

function output(name: string, options: GeneratorEntry["options"], rest: Omit<OutputCase, "config">): OutputCase {
  return { config: { target: "typescript", output: name, options }, ...rest };
}

/** One of each shape that an output can have. */
export const OUTPUTS: readonly OutputCase[] = [
  output(
    "ts/flags.gen.ts",
    { importExtension: ".ts", index: true },
    { entry: "ts/flags.gen", runs: "ts", resolutions: MODULE_SETTINGS },
  ),
  output(
    "single/flags.gen.ts",
    { index: true },
    { entry: "single/flags.gen", runs: undefined, resolutions: MODULE_SETTINGS },
  ),
  output(
    "client/flags.gen.ts",
    { audience: "client" },
    { entry: "client/flags.gen", runs: undefined, resolutions: MODULE_SETTINGS },
  ),
  output(
    "folder",
    { split: "folder", importExtension: ".ts", index: true },
    { entry: "folder/index", runs: "ts", resolutions: MODULE_SETTINGS },
  ),
  output(
    "flag",
    { split: "flag", importExtension: "", index: true },
    { entry: "flag/index", runs: undefined, resolutions: ["bundler"] },
  ),
  output(
    "js",
    { split: "folder", language: "js", index: true },
    { entry: "js/index", runs: "js", resolutions: MODULE_SETTINGS },
  ),
];

export async function outputFiles(): Promise<readonly GeneratedFile[]> {
  const sources = new Map([
    ["regional-discount", "pricing/regional-discount.yaml"],
    ["regional-discount@2", "pricing/regional-discount@2.yaml"],
    ["payment", "checkout/payment/payment.yaml"],
  ]);
  const project = { ...input, definitions: typeTestDefinitions, sources };
  const { files, problems } = await generate(
    project,
    OUTPUTS.map(({ config }) => config),
  );
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return files;
}

/** Compiles a program that uses every output with the strictest settings. */
export async function checkOutputs(
  consumer: Consumer | undefined,
  version: NonNullable<CompilerSettings["version"]>,
  resolution: (typeof MODULE_SETTINGS)[number],
): Promise<readonly CompilerError[]> {
  if (consumer === undefined) throw new Error("There is no consumer.");
  const usable = OUTPUTS.filter(({ resolutions }) => resolutions.includes(resolution));
  const extension = ({ config }: OutputCase): string =>
    (config.options["importExtension"] as string | undefined) ?? ".js";
  const program = usable.map(
    (each, at) =>
      `import * as flags${at} from "./${each.entry}${extension(each)}";\nexport const percent${at}: number = flags${at}.regionalDiscount.default.percent;\n`,
  );
  const path = `use-${version}-${resolution}.ts`;
  consumer.write([{ path, content: program.join("") }]);
  const folders = usable.map(({ entry }) => entry.slice(0, entry.indexOf("/") + 1));
  const generated = (await outputFiles())
    .map((file) => file.path)
    .filter((file) => file.endsWith(".ts") && folders.some((folder) => file.startsWith(folder)));
  const module = resolution === "bundler" ? "esnext" : resolution;
  return consumer.check({
    version,
    files: [path, ...generated],
    options: { module, moduleResolution: resolution, allowImportingTsExtensions: true },
  });
}
