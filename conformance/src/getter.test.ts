import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type EvaluationContext, staticSource } from "@flagwright/runtime";
import { connect } from "@flagwright/runtime/node";
import type { Flag } from "@flagwright/runtime/codegen/v1";
import { generate } from "../../packages/cli/src/generators/index.ts";
import { afterAll, describe, expect, test } from "vitest";
import { answerOf } from "./answer.ts";
import { loadSuites, type Suite } from "./cases.ts";
import { definitionOf } from "./contract.ts";

/** Below this package, where generated code finds the runtime as an application's does. */
const generated = join(import.meta.dirname, "../.generated");
mkdirSync(generated, { recursive: true });
const folder = mkdtempSync(join(generated, "getters-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Getter = Flag<unknown, EvaluationContext>;

/** The suite's flags as an application imports them, by wire key. */
async function getters({ name, snapshot }: Suite): Promise<ReadonlyMap<string, Getter>> {
  const definitions = snapshot.flags.map((flag) => definitionOf(flag, []));
  const { files, problems } = await generate(
    { project: "conformance", definitions, context: { attributes: {} }, version: "0.0.0" },
    [{ target: "typescript", output: `${name}/flags.gen.ts`, options: { importExtension: ".ts" } }],
  );
  expect(problems).toEqual([]);
  for (const { path, content } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const module = (await import(join(folder, name, "flags.gen.ts"))) as { readonly [name: string]: Getter };
  return new Map(
    Object.values(module)
      .filter((each) => typeof each === "function")
      .map((flag) => [flag.key, flag]),
  );
}

describe("a generated getter", () => {
  test.each(loadSuites())("$title", async (suite) => {
    let now = 0;
    const host = { now: () => now, random: () => 0, after: () => () => {} };
    const flags = await getters(suite);
    await using _client = await connect({ source: staticSource(suite.snapshot), host, logger: null });
    const given = suite.cases.map(({ id, flag, context, at }) => {
      now = at;
      const getter = flags.get(flag);
      const details = getter?.details(context);
      return { id, value: getter?.(context), answer: answerOf(details) };
    });
    expect(given).toEqual(
      suite.cases.map(({ id, expect: expected }) => ({ id, value: expected.value, answer: expected })),
    );
  });
});
