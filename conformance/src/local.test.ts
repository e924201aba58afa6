import { createClient } from "@flagwright/runtime/local";
import { defineFlag, type Flag } from "@flagwright/runtime/codegen/v1";
import { regularExpressions } from "@flagwright/runtime/operators";
import type { EvaluationContext } from "@flagwright/runtime";
import { describe, expect, test } from "vitest";
import { answerOf } from "./answer.ts";
import { loadSuites } from "./cases.ts";

describe("the local client", () => {
  test.each(loadSuites())("$title", async ({ snapshot, cases }) => {
    let now = 0;
    const host = { now: () => now, random: () => 0, after: () => () => undefined };
    const client = createClient({ snapshot, host, regularExpressions });
    expect(await client.ready).toEqual({ state: "ready", epoch: 1, revision: 1 });
    const flags = new Map(
      snapshot.flags.map(({ key, type, schemaHash, default: safe }): [string, Flag<unknown, EvaluationContext>] => [
        key,
        defineFlag({ key, version: 1, type, hash: schemaHash, default: safe }),
      ]),
    );
    const given = cases.map(({ id, flag: key, context, at }) => {
      now = at;
      const flag = flags.get(key);
      return { id, answer: answerOf(flag && client.details(flag, context)) };
    });
    expect(given).toEqual(cases.map(({ id, expect: expected }) => ({ id, answer: expected })));
  });
});
