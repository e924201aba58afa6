import { fits, laidOut, raw, type Declaration, type Layout } from "../layout/layout.ts";
import { CODEGEN_MODULE, CODEGEN_NAMES } from "@flagwright/runtime";

/** Collects what a file imports. Local names give way to the file's own: `import { type Flag as Flag_ }`. */
export class Imports {
  readonly #taken: ReadonlySet<string>;
  readonly #modules = new Map<string, Map<string, { readonly type: boolean; readonly local: string }>>();

  /** `taken` are the names that the file declares. */
  constructor(taken: ReadonlySet<string>) {
    this.#taken = taken;
  }

  /** A name of the runtime's ABI, as this file must write it. Throws for one that the ABI does not have. */
  abi(name: string): string {
    const found = CODEGEN_NAMES.find((each) => each.name === name);
    if (found === undefined) throw new Error(`${CODEGEN_MODULE} has no export named ${name}`);
    return this.add(CODEGEN_MODULE, name, found.kind === "type");
  }

  /** A name that another module exports, as this file must write it: `as`, or the name itself where it is free. */
  add(module: string, name: string, type: boolean, as?: string): string {
    const names = this.#modules.get(module) ?? new Map<string, { readonly type: boolean; readonly local: string }>();
    this.#modules.set(module, names);
    const known = names.get(name);
    if (known !== undefined) return known.local;
    const own = module.startsWith(".") && as === undefined;
    const local = as ?? (!own && this.#taken.has(name) ? `${name}_` : name);
    names.set(name, { type, local });
    return local;
  }

  /** One statement for each module, packages before relative paths, in the order of their names. */
  statements(layout: Layout | undefined): readonly Declaration[] {
    return [...this.#modules]
      .sort(([a], [b]) => rank(a) - rank(b) || compare(a, b))
      .map(([module, names]) => statement(module, names, layout));
  }
}

function statement(
  module: string,
  names: ReadonlyMap<string, { readonly type: boolean; readonly local: string }>,
  layout: Layout | undefined,
): Declaration {
  const sorted = [...names].sort(([a, { type: typeA }], [b, { type: typeB }]) => +typeA - +typeB || compare(a, b));
  const onlyTypes = sorted.every(([, { type }]) => type);
  const specifiers = sorted.map(([name, { type, local }]) => {
    const imported = local === name ? name : `${name} as ${local}`;
    return type && !onlyTypes ? `type ${imported}` : imported;
  });
  const [open, close] = [`import ${onlyTypes ? "type " : ""}{`, `} from "${module}";`];
  const line = `${open} ${specifiers.join(", ")} ${close}`;
  if (layout === undefined) return raw(line);
  if (specifiers.length === 1 || fits(line, layout)) return laidOut([line]);
  const tab = " ".repeat(layout.tabWidth);
  return laidOut([open, ...specifiers.map((each) => `${tab}${each},`), close]);
}

function rank(module: string): number {
  return module.startsWith(".") ? 1 : 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
