/** What is wrong with a piece of input: a phrase such as `must be a string`, then where, the innermost name first. */
export type Problem = readonly [message: string, ...path: string[]];

/** Says what is wrong with a value, or nothing. Places are noted on failure only, so that good input stays cheap. */
export type Check = (value: unknown) => Problem | undefined;

export function expecting(what: string, holds: (value: unknown) => boolean): Check {
  return (value) => (holds(value) ? undefined : [`must be ${what}`]);
}

export function text(maxLength: number, minLength = 0): Check {
  return expecting(
    `a string of ${minLength} to ${maxLength} characters`,
    (value) => typeof value === "string" && value.length >= minLength && value.length <= maxLength,
  );
}

export function integer(minimum: number, maximum: number): Check {
  return expecting(
    `an integer from ${minimum} to ${maximum}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum,
  );
}

export function oneOf(...allowed: readonly unknown[]): Check {
  return expecting(allowed.map((each) => JSON.stringify(each)).join(" or "), (value) => allowed.includes(value));
}

/** What a check says of the part of that name. */
export function inside(name: string | number, problem: Problem | undefined): Problem | undefined {
  return problem && [...problem, String(name)];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function list(item: Check, maxItems: number): Check {
  return arrayOf(
    `at most ${maxItems}`,
    (length) => length <= maxItems,
    () => item,
  );
}

export function tuple(...items: readonly Check[]): Check {
  return arrayOf(
    `${items.length}`,
    (length) => length === items.length,
    (index) => items[index] as Check,
  );
}

function arrayOf(size: string, fits: (length: number) => boolean, checkOf: (index: number) => Check): Check {
  return (value) => {
    if (!Array.isArray(value) || !fits(value.length)) return [`must be an array of ${size} items`];
    for (let index = 0; index < value.length; index++) {
      const problem = checkOf(index)(value[index]);
      if (problem !== undefined) return inside(index, problem);
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
  const names = Object.keys({ ...required, ...optional });
  const checks = Object.values({ ...required, ...optional });
  const needed = Object.keys(required).length;
  return (value) => {
    if (!isObject(value)) return ["must be an object"];
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      const member = value[name];
      if (index >= needed && member === undefined) continue;
      const problem = (checks[index] as Check)(member);
      if (problem !== undefined) return inside(name, problem);
    }
    return undefined;
  };
}

/** An object that has one of these members, which says what it is. One of an unknown kind passes. */
export function kinds(cases: { readonly [member: string]: Check }): Check {
  const names = Object.keys(cases);
  return (value) => {
    if (!isObject(value)) return ["must be an object"];
    const kind = names.find((name) => value[name] !== undefined);
    return kind === undefined ? undefined : cases[kind]?.(value);
  };
}

/** An object whose members are all of one kind, whatever they are called. */
export function dictionary(item: Check, maxMembers: number): Check {
  return (value) => {
    if (!isObject(value) || Object.keys(value).length > maxMembers)
      return [`must be an object of at most ${maxMembers} members`];
    for (const name of Object.keys(value)) {
      const problem = inside(name, item(value[name]));
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** Two things of one key would make the answer depend on which one is read. */
export function keyed(item: Check, maxItems: number): Check {
  const each = list(item, maxItems);
  return (value) => {
    const problem = each(value);
    if (problem !== undefined) return problem;
    const seen = new Set<string>();
    for (const [index, { key }] of (value as readonly { readonly key: string }[]).entries()) {
      if (seen.has(key)) return inside(index, [`repeats the key ${JSON.stringify(key)}`]);
      seen.add(key);
    }
    return undefined;
  };
}
