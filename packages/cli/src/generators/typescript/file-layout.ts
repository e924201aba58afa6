import { posix } from "node:path";
import type { TypeScriptOptions } from "./options.ts";
import type { FlagModel } from "./project-model.ts";

/** Where each part of a TypeScript output goes. Paths have no extension; `extension` and `specifier` add it. */
export interface FileLayout {
  /** The module of a flag. */
  flag(flag: FlagModel): string;
  /** The module of the types that several flags share; the flags' own when the output is one file. */
  readonly types: string;
  /** The module that exports everything, when the output is split. */
  readonly all: string | undefined;
  /** The index for keys at run time. */
  readonly index: string;
  /** The augmentation of `@openfeature/core`. */
  readonly openfeature: string;
  validator(name: string): string;
  /** What `from` imports to reach `to`. */
  specifier(from: string, to: string): string;
}

export function fileLayout(options: TypeScriptOptions, sources: ReadonlyMap<string, string>): FileLayout {
  const extension = options.language === "js" && options.importExtension === ".ts" ? ".js" : options.importExtension;
  const known = new Map<string, string>();
  const specifier = (from: string, to: string): string => {
    const key = `${from}\n${to}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const relative = posix.relative(posix.dirname(from), to);
    const made = `${relative.startsWith(".") ? "" : "./"}${relative}${extension}`;
    known.set(key, made);
    return made;
  };
  if (options.split === "none") {
    const module = options.output.slice(0, -`.${options.language}`.length);
    const stem = module.replace(/\.gen$/, "");
    const suffix = module.slice(stem.length);
    return {
      flag: () => module,
      types: module,
      all: undefined,
      index: `${stem}.index${suffix}`,
      openfeature: `${stem}.openfeature${suffix}`,
      validator: (name) => `${stem}.validators${suffix}/${name}`,
      specifier,
    };
  }
  const { output } = options;
  return {
    flag:
      options.split === "flag"
        ? ({ wireKey }) => `${output}/flags/${safeSegment(wireKey.replaceAll(".", "_"))}`
        : byFolder(output, sources),
    types: `${output}/types`,
    all: `${output}/index`,
    index: `${output}/by-key`,
    openfeature: `${output}/openfeature`,
    validator: (name) => `${output}/validators/${name}`,
    specifier,
  };
}

/**
 * Flags of `checkout/` go to `flags/checkout`, those beside no folder to `flags`. Always in lower case: where a disk
 * ignores case, the files of `Checkout/` and `checkout/` would be one.
 */
function byFolder(output: string, sources: ReadonlyMap<string, string>): (flag: FlagModel) => string {
  const modules = new Map<string, string>([[".", `${output}/flags`]]);
  return ({ wireKey }) => {
    const folder = posix.dirname(sources.get(wireKey) ?? "");
    const module =
      modules.get(folder) ?? `${output}/flags/${folder.toLowerCase().split("/").map(safeSegment).join("/")}`;
    modules.set(folder, module);
    return module;
  };
}

/** Windows opens a device for these names, whatever their extension. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * A part of a path that every disk can hold and every module specifier can name. A dot in a flag's key would look like an extension, and no key
 * has an underscore.
 */
function safeSegment(segment: string): string {
  return segment
    .replaceAll(/[^\w.@-]/g, "-")
    .replace(/^\.+/, "-")
    .replace(DEVICES, "$&_");
}
