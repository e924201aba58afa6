import { afterEach, expect, test, vi } from "vitest";
import { defineFlag } from "./define-flag.ts";
import type { Flag } from "./flag.ts";
import { registry, type RegisteredFlag } from "./registry.ts";

afterEach(() => {
  registry.client = undefined;
});

const discount: Flag<{ readonly percent: number; readonly message?: string }, { readonly region: string }> = defineFlag(
  {
    key: "discount@2",
    version: 2,
    type: "object",
    hash: "h",
    default: { percent: 0 },
    variants: { small: { percent: 5, message: "Five" } },
  },
);

test("without a client a flag serves its default, with reason DEFAULT", () => {
  expect(discount({ region: "MY" })).toEqual({ percent: 0 });
  expect(discount.details({ region: "MY" })).toEqual({
    flagKey: "discount@2",
    value: { percent: 0 },
    reason: "DEFAULT",
    flagMetadata: {},
  });
});

test("a flag carries what its definition says", () => {
  expect([discount.key, discount.version, discount.default, discount.variants]).toEqual([
    "discount@2",
    2,
    { percent: 0 },
    { small: { percent: 5, message: "Five" } },
  ]);
  const boolean: Flag<boolean> = defineFlag({ key: "b", version: 1, type: "boolean", hash: "h", default: false });
  expect(boolean.variants).toEqual({ on: true, off: false });
});

test("values are frozen, since every caller gets the same object", () => {
  const value: { percent: number } = discount({ region: "MY" });
  expect(() => (value.percent = 90)).toThrow(TypeError);
  expect(Object.isFrozen(discount.variants["small"])).toBe(true);
});

test("a flag asks the default client of the moment", () => {
  const asked: [string, unknown][] = [];
  registry.client = {
    value: (flag: RegisteredFlag, context: unknown) => {
      asked.push([flag.data.key, context]);
      return { percent: 7 };
    },
    details: (flag: RegisteredFlag) => ({ flagKey: flag.data.key, value: 1, reason: "STATIC", flagMetadata: {} }),
  };
  expect(discount({ region: "MY" })).toEqual({ percent: 7 });
  expect(discount.details({ region: "MY" }).reason).toBe("STATIC");
  expect(asked).toEqual([["discount@2", { region: "MY" }]]);
});

test("a second copy of the package shares the registry and reads the flags of the first", async () => {
  vi.resetModules();
  const copy = await import("./registry.ts");
  const { defineFlag: defineInCopy } = await import("./define-flag.ts");
  expect(defineInCopy).not.toBe(defineFlag);
  expect(copy.registry).toBe(registry);
  expect(copy.REGISTERED).toBe((await import("./registry.ts")).REGISTERED);

  registry.client = {
    value: () => "from the shared client",
    details: (flag) => ({ flagKey: flag.data.key, value: 1, reason: "STATIC", flagMetadata: {} }),
  };
  const flag: Flag<string> = defineInCopy({ key: "copied", version: 1, type: "string", hash: "h", default: "d" });
  expect(flag()).toBe("from the shared client");
  expect(registry.flags.map(({ index }) => index)).toEqual(registry.flags.map((_, place) => place));
});
