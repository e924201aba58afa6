import type { JsonValue } from "@flagwright/runtime";
import { isKey } from "../definition/identity.ts";
import type { ContextSchema, JsonSchema } from "../definition/model.ts";
import { jsonObject } from "../json/json-object.ts";
import type { Severity } from "../diagnostic/diagnostic.ts";
import type { Part } from "../source/part.ts";
import type { CompatibilityPolicy, GeneratorEntry, ProjectCompatibility, ProjectConfig, StalePolicy } from "./model.ts";
import { schemaFrom } from "./read-schema.ts";

export const CONFIG_FILE = "flagwright.yaml";

const members = [
  "$schema",
  "project",
  "flags",
  "context",
  "environments",
  "compatibility",
  "stale",
  "lint",
  "generate",
] as const;

export const compatibilityModes = ["backward", "forward", "full", "none"] as const;

/** What holds where a project says nothing. */
export const defaultConfig: ProjectConfig = {
  project: "default",
  flags: "flags",
  context: { attributes: {} },
  environments: ["development", "staging", "production"],
  compatibility: { mode: "full", transitive: false, folders: {}, approved: [] },
  stale: { warnAfterDays: 0, failAfterDays: 30 },
  lint: {},
  generate: [],
};

/** `flagwright.yaml` in canonical form; what is missing or wrong has its default. */
export function readConfig(root: Part): ProjectConfig {
  if (root.object("The project file", members) === undefined) return defaultConfig;
  const project = root.child("project");
  if (project === undefined)
    root.error("MEMBER_REQUIRED", "The project has no key.", "Write `project: shop`, with the name of your product.");
  return {
    project: (project && key(project, "The project's key")) ?? defaultConfig.project,
    flags: folder(root.child("flags")) ?? defaultConfig.flags,
    context: context(root.child("context")),
    environments: environments(root.child("environments")) ?? defaultConfig.environments,
    compatibility: readProjectCompatibility(root.child("compatibility")),
    stale: stale(root.child("stale")),
    lint: lint(root.child("lint")),
    generate: root.child("generate")?.items("The list of generators")?.flatMap(generator) ?? [],
  };
}

function key(part: Part, what: string): string | undefined {
  const text = part.text(what);
  if (text === undefined || isKey(text)) return text;
  return part.error(
    "KEY_FORMAT",
    `${what} ${JSON.stringify(text)} is not a key.`,
    "Use lower-case words joined by - or ., at most 100 characters, starting with a letter: new-checkout.",
  );
}

/** A path below the root: nothing that a project says leads out of it. */
function folder(part: Part | undefined): string | undefined {
  const text = part?.text("The folder of the flags")?.replace(/\/+$/, "");
  if (part === undefined || text === undefined || isInside(text)) return text;
  return part.error(
    "PATH_INSIDE",
    `${text} is not a folder inside the project.`,
    "Write a relative path such as flags.",
  );
}

function isInside(path: string): boolean {
  return (
    path !== "" &&
    !path.startsWith("/") &&
    !/^[a-z]:/i.test(path) &&
    !path.includes("\\") &&
    !path.split("/").includes("..")
  );
}

function context(part: Part | undefined): ContextSchema {
  part?.object("The context");
  const attributes = (part?.children() ?? []).flatMap(([name, schema]): (readonly [string, JsonValue])[] => {
    const read = schemaFrom(schema, `The attribute ${JSON.stringify(name)}`);
    return read === undefined ? [] : [[name, read as JsonValue]];
  });
  return { attributes: jsonObject(attributes) as { readonly [name: string]: JsonSchema } };
}

function environments(part: Part | undefined): readonly string[] | undefined {
  const seen = new Set<string>();
  for (const item of part?.items("The list of environments") ?? []) {
    const name = key(item, "An environment's key");
    if (name !== undefined && seen.has(name))
      item.error("KEY_UNIQUE", `The environment ${name} is listed twice.`, "Remove one of the two.");
    if (name !== undefined) seen.add(name);
  }
  return part === undefined ? undefined : [...seen];
}

/** A mode alone, or an object with it. */
export function readCompatibility(
  part: Part | undefined,
  members: readonly string[] = ["mode", "transitive"],
): CompatibilityPolicy | undefined {
  if (part === undefined) return undefined;
  if (typeof part.value === "string") {
    const mode = part.oneOf("The compatibility mode", compatibilityModes);
    return mode && { mode, transitive: false };
  }
  if (part.object("The compatibility policy", members) === undefined) return undefined;
  return {
    mode: part.child("mode")?.oneOf("The compatibility mode", compatibilityModes) ?? defaultConfig.compatibility.mode,
    transitive: part.child("transitive")?.boolean("transitive") ?? false,
  };
}

function readProjectCompatibility(part: Part | undefined): ProjectCompatibility {
  const policy = readCompatibility(part, ["mode", "transitive", "folders", "approved"]) ?? defaultConfig.compatibility;
  const folders = part?.child("folders");
  folders?.object("The list of folders");
  return {
    ...policy,
    folders: Object.fromEntries(
      (folders?.children() ?? []).flatMap(([path, value]) => {
        const mode = value.oneOf("The compatibility mode", compatibilityModes);
        return mode === undefined ? [] : [[path.replace(/\/+$/, ""), mode]];
      }),
    ),
    approved: (part?.child("approved")?.items("The list of approvals") ?? []).flatMap((item) => {
      const members = readTexts(item, "An approval", ["fingerprint", "reason", "until"]);
      return members === undefined ? [] : [members];
    }),
  };
}

/** Texts that all have to be there: who accepts a break says why, and until when. */
export function readTexts<const Name extends string>(
  part: Part,
  what: string,
  names: readonly Name[],
): { readonly [N in Name]: string } | undefined {
  if (part.object(what, names) === undefined) return undefined;
  const texts = names.map((name) => {
    const member = part.child(name);
    const text =
      member === undefined
        ? part.error("MEMBER_REQUIRED", `${what} needs a member "${name}".`, `It needs ${names.join(", ")}.`)
        : member.text(`${what}: ${name}`);
    return [name, text] as const;
  });
  if (texts.some(([, text]) => text === undefined)) return undefined;
  return Object.fromEntries(texts) as { readonly [N in Name]: string };
}

/** A century: whoever wants no limit writes it. */
const MAX_DAYS = 36_500;

function stale(part: Part | undefined): StalePolicy {
  part?.object("The stale policy", ["warnAfterDays", "failAfterDays"]);
  const { warnAfterDays, failAfterDays } = defaultConfig.stale;
  return {
    warnAfterDays: part?.child("warnAfterDays")?.integer("warnAfterDays", 0, MAX_DAYS) ?? warnAfterDays,
    failAfterDays: part?.child("failAfterDays")?.integer("failAfterDays", 0, MAX_DAYS) ?? failAfterDays,
  };
}

const severities = ["error", "warning", "info", "off"] as const;

function lint(part: Part | undefined): { readonly [rule: string]: Severity | "off" } {
  part?.object("The list of rule severities");
  return Object.fromEntries(
    (part?.children() ?? []).flatMap(([rule, severity]) => {
      // YAML 1.1 habits: an unquoted `off` is text here, `false` is what some editors make of it.
      if (severity.value === false) return [[rule, "off" as const]];
      const read = severity.oneOf(`The severity of ${rule}`, severities);
      return read === undefined ? [] : [[rule, read]];
    }),
  );
}

function generator(part: Part): readonly GeneratorEntry[] {
  const entry = part.object("A generator");
  if (entry === undefined) return [];
  const module = part.child("generator");
  const target = module === undefined ? required(part, "target", "`target: typescript`") : ownGenerator(part, module);
  const output = required(part, "output", "`output: src/flags.gen.ts`");
  if (target === undefined || output === undefined) return [];
  if (!isInside(output)) {
    part
      .child("output")
      ?.error(
        "PATH_INSIDE",
        `${output} is not a path inside the project.`,
        "Write a relative path such as src/flags.gen.ts.",
      );
    return [];
  }
  const known = new Set(["target", "generator", "output"]);
  const options = jsonObject(Object.entries(entry).filter(([name]) => !known.has(name)));
  return [{ target, output, options, ...(module === undefined ? {} : { isModule: true as const }) }];
}

/** A module of the project, which begins with `./`, or a package. */
function ownGenerator(part: Part, module: Part): string | undefined {
  part
    .child("target")
    ?.error(
      "MEMBER_KNOWN",
      "An output has a target or a generator, not both.",
      "Keep `target` for a built-in one, `generator` for one of your own.",
      "key",
    );
  const name = module.text("A generator's module");
  if (name === undefined || (isInside(name) && (name.startsWith("./") || !name.startsWith(".")))) return name;
  return module.error(
    "PATH_INSIDE",
    `${name} is neither a file inside the project nor a package.`,
    "Write a path such as ./tools/my-generator.ts, or the name of a package.",
  );
}

function required(part: Part, name: string, example: string): string | undefined {
  const child = part.child(name);
  if (child === undefined)
    return part.error("MEMBER_REQUIRED", `A generator needs a member "${name}".`, `Write ${example}.`);
  return child.text(`A generator's ${name}`);
}
