import { compareSchemas, isSubset, type Verdict } from "../../compatibility/index.ts";
import type { FlagDefinition, JsonSchema } from "../../definition/model.ts";
import { typeShape } from "./type-shape.ts";

/** What the value schemas of two definitions say to each other, each answer worked out when it is asked for. */
export class Contract {
  readonly #before: FlagDefinition;
  readonly #after: FlagDefinition;
  #values: { readonly oldFitsNew: Verdict; readonly newFitsOld: Verdict } | undefined;
  #types: Verdict | undefined;

  constructor(before: FlagDefinition, after: FlagDefinition) {
    this.#before = before;
    this.#after = after;
  }

  /** Whether every value that was allowed still is. */
  get oldFitsNew(): Verdict {
    return this.#compared().oldFitsNew;
  }

  /** Whether every value that is allowed was so before. */
  get newFitsOld(): Verdict {
    return this.#compared().newFitsOld;
  }

  /** Whether the generated type can stand where the previous one stood. */
  get typeFitsOld(): Verdict {
    this.#types ??= this.#sameSchema()
      ? { answer: "yes" }
      : decide(() => isSubset(typeShape(this.#after.value), typeShape(this.#before.value)));
    return this.#types;
  }

  #compared(): { readonly oldFitsNew: Verdict; readonly newFitsOld: Verdict } {
    this.#values ??= this.#sameSchema()
      ? { oldFitsNew: { answer: "yes" }, newFitsOld: { answer: "yes" } }
      : bothWays(this.#before.value, this.#after.value);
    return this.#values;
  }

  #sameSchema(): boolean {
    return this.#before.schemaHash === this.#after.schemaHash;
  }
}

function bothWays(
  before: JsonSchema,
  after: JsonSchema,
): { readonly oldFitsNew: Verdict; readonly newFitsOld: Verdict } {
  try {
    const { previousInCurrent, currentInPrevious } = compareSchemas(before, after);
    return { oldFitsNew: previousInCurrent, newFitsOld: currentInPrevious };
  } catch (error) {
    const verdict = undecided(error);
    return { oldFitsNew: verdict, newFitsOld: verdict };
  }
}

export function decide(answer: () => Verdict): Verdict {
  try {
    return answer();
  } catch (error) {
    return undecided(error);
  }
}

/** A schema that cannot be read is never called compatible. */
function undecided(error: unknown): Verdict {
  const why = error instanceof Error ? error.message : String(error);
  return { answer: "unknown", reason: { path: "", why, rewrite: "Correct the schema; `flagwright lint` says how." } };
}
