import { MAX_ATTRIBUTE_ITEMS, MAX_ATTRIBUTE_LENGTH } from "../snapshot/limits.ts";
import type { EvaluationContext } from "./details.ts";
import { Unreadable } from "./unreadable.ts";

/** What a condition sees of an attribute. Lists and objects are as the app gave them: look at parts with {@link plain}. */
export type AttributeValue = string | number | boolean | null | object | undefined;

export type ReadAttribute = (context: EvaluationContext) => AttributeValue;

interface Attributes {
  readonly [name: string]: unknown;
}

/**
 * A reader of one attribute, by name or by path. It gives `undefined` when the attribute is missing, or is nothing
 * that JSON could carry. It throws what a getter or a proxy of the context throws.
 */
export function attributeReader(attribute: string | readonly string[]): ReadAttribute {
  const path = typeof attribute === "string" ? [attribute] : attribute;
  const [first, ...deeper] = path.map((name) => [name, siteOf(name)] as const);
  if (first === undefined) throw new Unreadable("A condition names no attribute.");
  const [name, site] = first;
  if (deeper.length === 0) return (context) => plain(readAt(context, name, site));
  return (context) => {
    let value = readAt(context, name, site);
    for (const [member, memberSite] of deeper) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
      value = readAt(value as Attributes, member, memberSite);
    }
    return plain(value);
  };
}

/**
 * The names that have a site of their own. Rules of one project seldom ask for more than a handful, and with more sites
 * the reader would be too large for engines to put it where it is called.
 */
const sites = new Map<string, number>();
const MAX_SITES = 6;
const INHERITED = -1;

/** Where attributes of this name are read, for {@link readAt}. */
export function siteOf(name: string): number {
  if (name in Object.prototype) return INHERITED;
  const site = sites.get(name) ?? sites.size;
  if (site < MAX_SITES) sites.set(name, site);
  return site;
}

/**
 * `attributes[name]`, so that a context may be a class with getters; but names such as `__proto__` and `constructor`
 * are data: what an object inherits from `Object.prototype` is no attribute.
 *
 * Engines remember at each site in the code where the property of that name lies, and forget it when they meet another
 * name there; so the first names have sites of their own. It halves the time of a condition.
 */
export function readAt(attributes: Attributes, name: string, site: number): unknown {
  switch (site) {
    case 0:
      return attributes[name];
    case 1:
      return attributes[name];
    case 2:
      return attributes[name];
    case 3:
      return attributes[name];
    case 4:
      return attributes[name];
    case 5:
      return attributes[name];
    case INHERITED:
      return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    default:
      return attributes[name];
  }
}

/**
 * The JSON value that a value of JavaScript stands for, or `undefined`: a date becomes its ISO 8601 text, a big
 * integer a number when that is exact; not-a-number, infinities, functions, symbols and what is too long are missing.
 */
export function plain(value: unknown): AttributeValue {
  switch (typeof value) {
    case "string":
      return value.length <= MAX_ATTRIBUTE_LENGTH ? value : undefined;
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
    case "object":
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
      return Array.isArray(value) && value.length > MAX_ATTRIBUTE_ITEMS ? undefined : value;
    default:
      return undefined;
  }
}
