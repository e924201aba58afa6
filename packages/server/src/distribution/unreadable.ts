import type { FlagConfiguration, JsonValue } from "@flagwright/runtime";
import { compileValueSchema, type FlagDefinition } from "@flagwright/schema";
import type { ReaderGroup } from "./cluster-view.ts";

/** A build that live clients run and that could not read a value of the new configuration. */
export interface UnreadableBy {
  readonly service: string;
  readonly version: string;
  readonly sdk: string;
  readonly clients: number;
  readonly schemaHash: string;
  /** The variant it could not read; absent for the default. */
  readonly variant?: string;
  readonly message: string;
}

/**
 * Which of the live readers could not read what this configuration serves. A reader whose schema was never pushed is
 * not named: nobody can say what it reads, and it protects itself.
 *
 * @param definitions Every definition ever pushed of this wire key.
 */
export function unreadableBy(
  configuration: FlagConfiguration,
  readers: readonly ReaderGroup[],
  definitions: readonly FlagDefinition[],
): readonly UnreadableBy[] {
  const values: readonly { readonly variant?: string; readonly value: JsonValue }[] = [
    { value: configuration.default },
    ...configuration.variants.map(([variant, value]) => ({ variant, value })),
  ];
  const found: UnreadableBy[] = [];
  const faults = new Map<string, { readonly variant?: string; readonly message: string } | undefined>();
  for (const { service, version, sdk, clients, schemas } of readers) {
    const hash = schemas[configuration.key];
    if (hash === undefined || hash === configuration.schemaHash) continue;
    if (!faults.has(hash)) {
      const definition = definitions.findLast((each) => each.schemaHash === hash);
      const schema = definition && compileValueSchema(definition.value);
      const fault =
        schema?.ok === true
          ? values
              .map((each) => ({ ...each, problems: schema.validate(each.value) }))
              .find(({ problems }) => problems.length > 0)
          : undefined;
      faults.set(
        hash,
        fault && {
          ...(fault.variant === undefined ? {} : { variant: fault.variant }),
          message: fault.problems[0]?.message ?? "does not fit the schema",
        },
      );
    }
    const fault = faults.get(hash);
    if (fault !== undefined) found.push({ service, version, sdk, clients, schemaHash: hash, ...fault });
  }
  return found;
}
