import type { Resource, SchemaAt } from "./resources.ts";

/**
 * The dynamic scope, as far as it matters: for each `$dynamicAnchor` (and, under the empty name, for
 * `$recursiveAnchor`) the outermost schema that has it. It is finite, so that reading a schema ends.
 */
export class Scope {
  static readonly empty: Scope = new Scope(new Map());
  readonly key: string;
  readonly #outermost: ReadonlyMap<string, SchemaAt>;

  private constructor(outermost: ReadonlyMap<string, SchemaAt>) {
    this.#outermost = outermost;
    this.key = [...outermost].map(([name, at]) => `${name} ${at.resource.uri}`).join("\n");
  }

  enter(resource: Resource): Scope {
    const added = [...resource.dynamicAnchors].filter(([name]) => !this.#outermost.has(name));
    return added.length === 0 ? this : new Scope(new Map([...this.#outermost, ...added]));
  }

  outermost(name: string): SchemaAt | undefined {
    return this.#outermost.get(name);
  }
}
