import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pagePath, withOperators } from "./operators-page.ts";

test("the page lists the operators as the runtime has them", async () => {
  const page = readFileSync(pagePath, "utf8");
  expect(page).toBe(await withOperators(page));
});
