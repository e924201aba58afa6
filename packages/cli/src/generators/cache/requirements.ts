import type { FlagDefinition } from "@flagwright/schema";

/** The keys of the flags that this one requires, without their versions. */
export function requiredBy({ requires }: FlagDefinition): readonly string[] {
  return requires.map(({ flag }) => flag.split("@", 1)[0] ?? flag);
}

/** The files of the flags with these keys, and of all that are tied to them by `requires`, however far. */
export function neighbourhood(
  definitions: readonly (readonly [file: string, value: FlagDefinition])[],
  keys: ReadonlySet<string>,
): readonly string[] {
  const reached = new Set(keys);
  if (reached.size === 0) return [];
  const tied = definitions.map(([path, value]) => ({ path, keys: [value.key, ...requiredBy(value)] }));
  for (let size = -1; size !== reached.size;) {
    size = reached.size;
    for (const { keys: own } of tied) if (own.some((key) => reached.has(key))) for (const key of own) reached.add(key);
  }
  return [...new Set(tied.filter(({ keys: own }) => own.some((key) => reached.has(key))).map(({ path }) => path))];
}
