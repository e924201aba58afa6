import { afterEach, expect, test } from "vitest";
import { defineFlag } from "../codegen/v1/define-flag.ts";
import type { Flag } from "../codegen/v1/flag.ts";
import { registry } from "../codegen/v1/registry.ts";
import { testFlags, variantMatrix } from "./test-flags.ts";
import { banner, discount, newCheckout } from "./testing/flags.ts";

afterEach(() => {
  registry.client = undefined;
});

const context = { targetingKey: "u1" };

test("overrides answer, whatever is not overridden serves its default, and restoring gives back what was there", () => {
  const other = { value: () => "theirs", details: () => banner.details() };
  registry.client = other;
  {
    using flags = testFlags();
    expect(newCheckout(context)).toBe(false);
    flags.override(newCheckout, true);
    flags.override(discount, ({ region }) => ({ percent: region === "MY" ? 10 : 0 }));
    expect([newCheckout(context), discount({ region: "MY" }), discount({})]).toEqual([
      true,
      { percent: 10 },
      { percent: 0 },
    ]);
    expect(newCheckout.details(context)).toMatchObject({ value: true, reason: "STATIC" });
    expect(flags.read).toEqual(["new-checkout", "discount"]);
  }
  expect(registry.client).toBe(other);
});

test("an override can be taken back alone, and gives way to the one before it", () => {
  const flags = testFlags();
  flags.override(banner, "eins");
  const takeBack = flags.override(banner, "zwei");
  expect(banner()).toBe("zwei");
  takeBack();
  expect(banner()).toBe("eins");
  flags.reset();
  expect(banner()).toBe("none");
});

test("strict: a flag that the test does not name fails it", () => {
  const flags = testFlags({ strict: true });
  expect(() => banner()).toThrow("banner");
  flags.override(banner, "da");
  expect(banner()).toBe("da");
});

test("a value that the flag's schema refuses is refused", () => {
  const flags = testFlags();
  expect(() => flags.override(discount, { percent: 500 })).toThrow("discount");
});

test("the matrix has every combination of variants and defaults, once each", () => {
  const ranking: Flag<"a" | "b"> = defineFlag({
    key: "ranking",
    version: 1,
    type: "string",
    hash: "h",
    default: "a",
    variants: { one: "a", two: "b" },
  });
  expect(variantMatrix({ newCheckout, ranking })).toEqual([
    { newCheckout: true, ranking: "a" },
    { newCheckout: true, ranking: "b" },
    { newCheckout: false, ranking: "a" },
    { newCheckout: false, ranking: "b" },
  ]);
  const many = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`flag${index}`, newCheckout]));
  expect(() => variantMatrix(many)).toThrow("10000");
});
