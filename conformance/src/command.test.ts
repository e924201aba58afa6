import { describe, expect, test } from "vitest";
import { flagwright, temporaryFolder } from "../../packages/cli/src/testing/run-cli.ts";
import { type Answer, answerOf } from "./answer.ts";
import { loadSuites, type Suite } from "./cases.ts";

/** The answers of `flagwright evaluate --batch` in the order of the cases. */
async function evaluateBatch({ snapshot, cases }: Suite): Promise<readonly Answer[]> {
  using folder = temporaryFolder({ "snapshot.json": JSON.stringify(snapshot) });
  const questions = cases.map(({ flag, context, at }) => ({ flag, context, at: new Date(at).toISOString() }));
  const { stdout } = await flagwright(["evaluate", "--snapshot", "snapshot.json", "--batch"], {
    cwd: folder.path,
    stdin: questions.map((question) => `${JSON.stringify(question)}\n`).join(""),
  });
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Answer);
}

describe("the evaluate command", () => {
  test.each(loadSuites())("$title", async (suite) => {
    const answers = await evaluateBatch(suite);
    const given = suite.cases.map(({ id }, index) => ({ id, answer: answerOf(answers[index]) }));
    expect(given).toEqual(suite.cases.map(({ id, expect: expected }) => ({ id, answer: expected })));
  });
});
