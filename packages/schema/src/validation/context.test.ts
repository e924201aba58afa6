import { expect, test } from "vitest";
import { parseProject } from "../project/parse-project.ts";
import { validateContext } from "./context.ts";

const project = parseProject(
  new Map([
    ["flagwright.yaml", "project: shop\ncontext:\n  region: { enum: [MY, SG] }\n  age: integer\n  plan: string\n"],
    [
      "flags/discount.yaml",
      "flag: discount\nkind: permission\nvalue: boolean\ndefault: false\ncontext: { required: [region], optional: [age] }\n",
    ],
  ]),
);
const [discount] = project.definitions;
if (discount === undefined) throw new Error("no definition");

const problems = (given: Parameters<typeof validateContext>[0]): readonly string[] =>
  validateContext(given, discount.value, project.config.context).map(
    ({ pointer, message, help }) => `${pointer} ${message} ${help ?? ""}`,
  );

test("nothing is said of a context that the project declares, also where the flag does not read all of it", () => {
  expect(problems({ targetingKey: "user-1", region: "MY", age: 30, plan: "pro" })).toEqual([]);
});

test("an attribute that nobody declares is named, with the one that is near", () => {
  const [unknown, ...missing] = problems({ regoin: "MY" });
  expect(unknown).toMatch(/^\/regoin .*"regoin".*"region"/);
  expect(missing).toEqual(expect.arrayContaining([expect.stringContaining('lacks "region"')]));
});

test("a value that the declaration does not allow is shown where it stands", () => {
  const found = problems({ targetingKey: "user-1", region: "my", age: "30" });
  expect(found).toHaveLength(2);
  expect(found[0]).toMatch(/^\/region .*one of "MY", "SG"/);
  expect(found[1]).toMatch(/^\/age .*"age".*(?:integer|whole number)/);
});

test("names that every object inherits are names like others", () => {
  const given = JSON.parse('{ "targetingKey": "user-1", "region": "MY", "constructor": 1, "__proto__": 2 }');
  expect(problems(given).map((text) => text.split(" ")[0])).toEqual(["/constructor", "/__proto__"]);
});
