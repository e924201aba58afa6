import { describe, expect, it } from "vitest";
import { parseProject } from "../../project/parse-project.ts";
import { readProjectFiles } from "../../project/read-project.ts";
import { compareProjects, type CompareProjectsOptions } from "./compare-projects.ts";

const base = readProjectFiles(new URL("./fixtures/base/", import.meta.url).pathname);
const discount = "flags/discount.yaml";
const text = (path: string): string => base.get(path) ?? "";
const today = "2026-11-21";

function compare(changes: { readonly [path: string]: string | null }, options: Partial<CompareProjectsOptions> = {}) {
  const files = new Map(base);
  for (const [path, content] of Object.entries(changes))
    if (content === null) files.delete(path);
    else files.set(path, content);
  return compareProjects(parseProject(base), parseProject(files), { today, ...options });
}

const widened = text(discount).replace("maximum: 90", "maximum: 95");
const narrowed = text(discount).replace("maximum: 90", "maximum: 80");
const rules = (report: ReturnType<typeof compare>): readonly string[] => report.breaks.map(({ rule }) => rule);

describe("modes", () => {
  it("backward minds stored values, forward deployed clients, full both, none neither", () => {
    expect(rules(compare({ [discount]: widened }, { mode: "backward" }))).toEqual([]);
    expect(rules(compare({ [discount]: narrowed }, { mode: "backward" }))).toEqual(["VALUE_NOT_NARROWED"]);
    expect(rules(compare({ [discount]: widened }, { mode: "forward" }))).toEqual(["VALUE_NOT_WIDENED"]);
    expect(rules(compare({ [discount]: narrowed }, { mode: "forward" }))).toEqual([]);
    expect(rules(compare({ [discount]: widened }))).toEqual(["VALUE_NOT_WIDENED"]);
    expect(rules(compare({ [discount]: narrowed }, { mode: "none" }))).toEqual([]);
  });

  it("of the flag override those of its folder, and those the project's", () => {
    const config = (folders: string): string =>
      `${text("flagwright.yaml")}compatibility: { mode: full, folders: ${folders} }\n`;
    expect(rules(compare({ [discount]: widened, "flagwright.yaml": config("{ flags: none }") }))).toEqual([]);
    expect(rules(compare({ [discount]: widened, "flagwright.yaml": config("{ flag: none }") }))).toEqual([
      "VALUE_NOT_WIDENED",
    ]);
    const flag = `${widened}compatibility: forward\n`;
    expect(rules(compare({ [discount]: flag, "flagwright.yaml": config("{ flags: none }") }))).toEqual([
      "VALUE_NOT_WIDENED",
    ]);
  });
});

describe("suppressions and approvals", () => {
  const suppressed = (until: string): string =>
    `${widened}suppress:\n  - { rule: VALUE_NOT_WIDENED, reason: no client is out yet, until: ${until} }\n`;

  it("take effect until their day, and are still reported", () => {
    const report = compare({ [discount]: suppressed("2026-11-22") });
    expect(report.result).toBe("clean");
    expect(report.suppressed).toMatchObject([
      { finding: { rule: "VALUE_NOT_WIDENED" }, by: { reason: "no client is out yet" } },
    ]);
  });

  it("are over on their day, and say so", () => {
    expect(rules(compare({ [discount]: suppressed("2026-11-21") })).toSorted()).toEqual([
      "SUPPRESSION_EXPIRED",
      "VALUE_NOT_WIDENED",
    ]);
  });

  it("go by a fingerprint that stays when other things change, and changes with the break", () => {
    const fingerprint = (content: string): string | undefined =>
      compare({ [discount]: content }).breaks[0]?.fingerprint;
    const first = fingerprint(widened);
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    expect(fingerprint(`# a comment\n${widened.replace("Taken off", "Deducted from")}`)).toBe(first);
    expect(fingerprint(widened.replace("95", "96"))).not.toBe(first);
    const approved = `${text("flagwright.yaml")}compatibility:\n  approved:\n    - { fingerprint: ${first}, reason: agreed, until: 2027-01-01 }\n`;
    expect(compare({ [discount]: widened, "flagwright.yaml": approved }).result).toBe("clean");
  });
});

describe("pairs", () => {
  it("a file that moves is no change", () => {
    const report = compare({ [discount]: null, "flags/pricing/discount.yaml": text(discount) });
    expect(report).toMatchObject({ result: "clean", changes: { added: [], changed: [], removed: [] } });
  });

  it("a renamed flag is compared with what it was", () => {
    const renamed = narrowed.replace("flag: discount", "flag: rebate\nrenamedFrom: discount");
    const report = compare({ [discount]: null, "flags/rebate.yaml": renamed });
    expect(rules(report)).toEqual(["VALUE_NOT_NARROWED"]);
    expect(report.changes).toEqual({ added: [], changed: ["rebate"], removed: [] });
  });

  it("a break in a new version breaks nobody", () => {
    const next = narrowed.replace("version: 1", "version: 2");
    const report = compare({ "flags/discount@2.yaml": next });
    expect(report).toMatchObject({ result: "clean", changes: { added: ["discount@2"] } });
  });

  it("a change of kind shows everything that follows from it", () => {
    const report = compare({
      "flags/new-checkout.yaml": text("flags/new-checkout.yaml")
        .replace("kind: release", "kind: operational")
        .replace("expires: 2027-06-30\n", ""),
    });
    expect(rules(report).toSorted()).toEqual([
      "BUCKETING_SAME",
      "CONTEXT_NOT_NARROWED",
      "EXPIRY_EXTENDED",
      "FLAG_SAME_KIND",
    ]);
  });
});

describe("a transitive policy", () => {
  const transitive = (content: string): string => `${content}compatibility: { mode: full, transitive: true }\n`;
  const at = (maximum: number): string => text(discount).replace("maximum: 90", `maximum: ${maximum}`);
  const earlier = [85, 90, 80].map((maximum, index) => ({
    label: `commit ${index}`,
    project: parseProject(new Map(base).set(discount, at(maximum))),
  }));

  it("minds every earlier definition, each once, and says which", () => {
    const same = at(90).replace("Taken off", "Deducted from");
    const found = (content: string): readonly string[] =>
      compare({ [discount]: content }, { earlier }).breaks.map(
        ({ rule, message }) => `${rule} ${message.slice(0, 18)}`,
      );
    expect(found(same)).toEqual([]);
    expect(found(transitive(same))).toEqual([
      "VALUE_NOT_WIDENED Against commit 0: ",
      "VALUE_NOT_WIDENED Against commit 2: ",
    ]);
  });
});

describe("what cannot be decided", () => {
  it("is never called compatible", () => {
    const pattern = (regex: string): string =>
      // A function, since `$'` means something in a replacement text.
      text(discount).replace(
        "properties: { percent",
        () => `properties: { code: { type: string, pattern: '${regex}' }, percent`,
      );
    const before = new Map(base).set(discount, pattern("^\\bA+$"));
    const after = new Map(base).set(discount, pattern("^\\bB+$"));
    const report = compareProjects(parseProject(before), parseProject(after), { today });
    expect(report.result).not.toBe("clean");
    expect(report.breaks.length).toBeGreaterThan(0);
  });
});
