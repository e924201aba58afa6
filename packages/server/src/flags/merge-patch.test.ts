import { describe, expect, test } from "vitest";
import { mergePatch, mergeState } from "./merge-patch.ts";

describe("a merge patch", () => {
  // The examples of RFC 7396, appendix A.
  test.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', "{}"],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', "null", "null"],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ["[1,2]", '{"a":"b","c":null}', '{"a":"b"}'],
    ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])("of %s with %s gives %s", (target, patch, result) => {
    expect(mergePatch(JSON.parse(target), JSON.parse(patch))).toEqual(JSON.parse(result));
  });

  test("takes __proto__ for a member like any other", () => {
    const merged = mergePatch(JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"a":1,"polluted":true}}');
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("a patch of a state", () => {
  const split = { by: ["targetingKey"], algorithm: "murmur3", ranges: [["on", 0, 50_000]] };

  test("that names another kind of answer replaces the one that stands", () => {
    expect(mergeState({ on: true, otherwise: { default: true } }, { otherwise: { variant: "on" } })).toEqual({
      on: true,
      otherwise: { variant: "on" },
    });
    expect(mergeState({ otherwise: { variant: "on" } }, { otherwise: { variant: null, split } })).toEqual({
      otherwise: { split },
    });
  });

  test("still merges into a split", () => {
    const merged = mergeState({ otherwise: { split } }, { otherwise: { split: { salt: "shared" } } });
    expect(merged).toEqual({ otherwise: { split: { ...split, salt: "shared" } } });
  });
});
