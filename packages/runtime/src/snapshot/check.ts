/** What is wrong with a piece of input, and where in it. */
export interface Malformed {
  /** A JSON pointer (RFC 6901) into the input; empty for the whole of it. */
  readonly pointer: string;
  /** A phrase that follows the name of the place: `must be a string`. */
  readonly message: string;
}

/** Says what is wrong with a value, or nothing. Pointers are made on failure only, so that good input stays cheap. */
export type Check = (value: unknown) => Malformed | undefined;

export function malformed(message: string): Malformed {
  return { pointer: "", message };
}

export function isRecord(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function text(maxLength: number, minLength = 0): Check {
  return (value) => {
    if (typeof value !== "string") return malformed("must be a string");
    if (value.length < minLength) return malformed("must not be empty");
    return value.length > maxLength ? malformed(`must have at most ${maxLength} characters`) : undefined;
  };
}

export function integer(minimum: number, maximum: number): Check {
  return (value) =>
    Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum
      ? undefined
      : malformed(`must be an integer from ${minimum} to ${maximum}`);
}

export const boolean: Check = (value) => (typeof value === "boolean" ? undefined : malformed("must be true or false"));

export function oneOf(...allowed: readonly unknown[]): Check {
  return (value) =>
    allowed.includes(value)
      ? undefined
      : malformed(`must be ${allowed.map((each) => JSON.stringify(each)).join(" or ")}`);
}

export function list(item: Check, maxItems: number): Check {
  return (value) => {
    if (!Array.isArray(value)) return malformed("must be an array");
    if (value.length > maxItems) return malformed(`must have at most ${maxItems} items, and has ${value.length}`);
    for (let index = 0; index < value.length; index++) {
      const problem = item(value[index]);
      if (problem !== undefined) return inside(String(index), problem);
    }
    return undefined;
  };
}

export function tuple(...items: readonly Check[]): Check {
  return (value) => {
    if (!Array.isArray(value) || value.length !== items.length)
      return malformed(`must be an array of ${items.length} items`);
    for (let index = 0; index < items.length; index++) {
      const problem = (items[index] as Check)(value[index]);
      if (problem !== undefined) return inside(String(index), problem);
    }
    return undefined;
  };
}

/** An object with these members. Members that are not named are ignored: a newer writer may know more. */
export function members(
  required: { readonly [name: string]: Check },
  optional: { readonly [name: string]: Check } = {},
): Check {
  // Checked for each of many thousands of flags: plain arrays and a counter are what engines do best.
  const names = [...Object.keys(required), ...Object.keys(optional)];
  const checks = [...Object.values(required), ...Object.values(optional)];
  const needed = Object.keys(required).length;
  return (value) => {
    if (!isRecord(value)) return malformed("must be an object");
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      const member = value[name];
      if (member === undefined) {
        if (index < needed) return malformed(`must have a member "${name}"`);
        continue;
      }
      const problem = (checks[index] as Check)(member);
      if (problem !== undefined) return inside(name, problem);
    }
    return undefined;
  };
}

export function inside(name: string, problem: Malformed): Malformed {
  const escaped = name.replaceAll("~", "~0").replaceAll("/", "~1");
  return { pointer: `/${escaped}${problem.pointer}`, message: problem.message };
}
