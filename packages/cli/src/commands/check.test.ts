import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";

const discount = `# The discount.
flag: discount
version: 1
description: Taken off the total.
owner: team-pricing
kind: permission
value: { type: number, maximum: 90 }
default: 0
variants: { none: 0, small: 5 }
`;
const files = {
  "flagwright.yaml": "project: shop\ncontext: { region: string }\n",
  "flags/discount.yaml": discount,
  "flags/limit.yaml": "flag: limit\ndescription: d\nowner: o\nkind: operational\nvalue: integer\ndefault: 1\n",
};
const now = Date.parse("2026-11-21T12:00:00Z");

function git(cwd: string, ...args: readonly string[]): string {
  const identity = [
    "-c",
    "user.name=t",
    "-c",
    "user.email=t@example.invalid",
    "-c",
    "init.defaultBranch=main",
    "-c",
    "commit.gpgsign=false",
  ];
  return execFileSync("git", [...identity, ...args], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

function commit(root: string, message: string): void {
  git(root, "add", "-A");
  git(root, "commit", "-qm", message);
}

/** A repository with the project in a subfolder or at its root, and one commit. */
function repository(prefix = ""): Disposable & { readonly path: string; readonly project: string } {
  const folder = temporaryFolder(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [prefix + path, text])),
  );
  git(folder.path, "init", "-q");
  commit(folder.path, "one");
  return { path: folder.path, project: join(folder.path, prefix), [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const widened = discount.replace("maximum: 90", "maximum: 95");
const check = (cwd: string, ...args: readonly string[]) => flagwright(["check", ...args], { cwd, now });
const rules = (json: unknown): readonly string[] =>
  (json as { readonly breaks: readonly { readonly rule: string }[] }).breaks.map(({ rule }) => rule);

describe("flagwright check", () => {
  it("is content, with code 0, when nothing has changed or a comment has", async () => {
    using repo = repository();
    write(repo.project, "flags/discount.yaml", `# another comment\n${discount}`);
    const result = await check(repo.project, "--against", "HEAD");
    expect(result.stdout).toBe("✓ no breaking changes; flags: none changed against HEAD, mode full\n");
    expect(result.code).toBe(0);
  });

  it("shows a break that is not committed yet: line, who, value, what to do; code 1", async () => {
    using repo = repository();
    write(repo.project, "flags/discount.yaml", widened);
    const result = await check(repo.project);
    expect(result.code).toBe(1);
    expect(result.stdout).toContain("flags/discount.yaml:7:33");
    expect(result.stdout).toContain("breaks  deployed clients");
    expect(result.stdout).toContain("value   91 allowed now, refused by the clients that are deployed");
    expect(result.stdout).toContain("run     flagwright bump discount");
  });

  it("compares with a commit, a tag and a branch, each where this branch left it", async () => {
    using repo = repository();
    git(repo.path, "tag", "v1.4.0");
    git(repo.path, "checkout", "-qb", "feature");
    write(repo.project, "flags/limit.yaml", files["flags/limit.yaml"].replace("default: 1", "default: 2"));
    commit(repo.path, "two");
    git(repo.path, "checkout", "-q", "main");
    write(repo.project, "flags/discount.yaml", widened);
    commit(repo.path, "on main");
    git(repo.path, "checkout", "-q", "feature");
    for (const against of ["HEAD~1", "v1.4.0", "main"])
      expect(rules((await check(repo.project, "--against", against, "--json")).json())).toEqual(["DEFAULT_CHANGED"]);
  });

  it("works from any folder of a project inside a repository, and in a worktree", async () => {
    using repo = repository("services/shop/");
    write(repo.project, "flags/discount.yaml", widened);
    const inside = await check(join(repo.project, "flags"), "--against", "HEAD", "--json");
    expect(rules(inside.json())).toEqual(["VALUE_NOT_WIDENED"]);
    commit(repo.path, "two");
    using other = temporaryFolder();
    git(repo.path, "worktree", "add", "-q", join(other.path, "tree"), "HEAD");
    const tree = await check(join(other.path, "tree/services/shop"), "--against", "HEAD~1", "--json");
    expect(rules(tree.json())).toEqual(["VALUE_NOT_WIDENED"]);
  });

  it("takes a moved file for no change, and sees files that git does not know yet", async () => {
    using repo = repository();
    mkdirSync(join(repo.project, "flags/pricing"));
    renameSync(join(repo.project, "flags/discount.yaml"), join(repo.project, "flags/pricing/discount.yaml"));
    expect((await check(repo.project, "--against", "HEAD", "--json")).json()).toMatchObject({
      result: "clean",
      changes: { added: [], changed: [], removed: [] },
    });
    rmSync(join(repo.project, "flags/pricing/discount.yaml"));
    expect(rules((await check(repo.project, "--json")).json())).toEqual(["FLAG_NO_DELETE"]);
  });

  it("sees what a change to a shared schema does to flags that were not touched", async () => {
    using repo = repository();
    write(repo.project, "flags/schemas/money.yaml", "type: integer\nmaximum: 100\n");
    write(
      repo.project,
      "flags/price.yaml",
      "flag: price\nkind: configuration\nvalue: { $ref: schemas/money.yaml }\ndefault: 1\n",
    );
    commit(repo.path, "two");
    write(repo.project, "flags/schemas/money.yaml", "type: integer\nmaximum: 99\n");
    const result = (await check(repo.project, "--json")).json();
    expect(rules(result)).toEqual(["VALUE_NOT_NARROWED"]);
    expect(result).toMatchObject({ breaks: [{ subject: "price", witness: { text: "100" } }] });
  });

  it("with a transitive policy looks at every earlier definition in the history", async () => {
    using repo = repository();
    const transitive = (maximum: number, description = "Taken off"): string =>
      `${discount.replace("90", String(maximum)).replace("Taken off", description)}compatibility: { mode: full, transitive: true }\n`;
    write(repo.project, "flags/discount.yaml", transitive(80));
    commit(repo.path, "narrower");
    const hash = git(repo.path, "rev-parse", "HEAD").slice(0, 10);
    write(repo.project, "flags/discount.yaml", transitive(90));
    commit(repo.path, "as before");
    write(repo.project, "flags/discount.yaml", transitive(90, "Deducted from"));
    const result = await check(repo.project, "--against", "HEAD", "--json");
    expect(rules(result.json())).toEqual(["VALUE_NOT_WIDENED"]);
    expect(result.stdout).toContain(`Against ${hash}: Deployed clients`);
  });

  it("counts how often an expiry was extended before, by the history of that file", async () => {
    using repo = repository("services/shop/");
    const until = (date: string, description = "d"): void =>
      write(
        repo.project,
        "flags/old.yaml",
        `flag: old\ndescription: ${description}\nkind: release\nexpires: ${date}\nvalue: boolean\ndefault: false\n`,
      );
    const warning = async (): Promise<string> => (await check(repo.project, "--against", "HEAD")).stdout;
    for (const date of ["2026-12-01", "2027-01-01"]) {
      until(date);
      if (date === "2027-01-01") expect(await warning()).not.toContain("before.");
      commit(repo.path, date);
    }
    until("2026-12-24");
    commit(repo.path, "earlier again");
    until("2027-02-01");
    expect(await warning()).toContain("from 2026-12-24 to 2027-02-01. It was extended once before.");
    commit(repo.path, "later");
    until("2027-02-01", "Another description");
    commit(repo.path, "no extension");
    until("2027-03-01", "Another description");
    expect(await warning()).toContain("It was extended 2 times before.");
  });

  it("fails in a shallow clone with the command that mends it", async () => {
    using repo = repository();
    write(repo.project, "flags/discount.yaml", widened);
    commit(repo.path, "two");
    using other = temporaryFolder();
    git(other.path, "clone", "-q", "--depth=1", `file://${repo.path}`, "clone");
    const clone = join(other.path, "clone");
    const result = await check(clone, "--against", "HEAD~1");
    expect(result.code).toBe(2);
    expect(result.stderr).toContain("git fetch --deepen=1");
    execFileSync("git", ["fetch", "-q", "--deepen=1"], { cwd: clone });
    expect((await check(clone, "--against", "HEAD~1")).code).toBe(1);
  });

  it.each([
    ["a name that nothing has", ["--against", "nowhere"], "There is no commit, branch or tag nowhere."],
    ["a name made to be an option", ["--against=--output=x"], "There is no commit, branch or tag --output=x."],
    ["a folder that is no project", ["--against", "flags"], "has no flagwright.yaml"],
  ])("ends with code 2 for %s", async (_name, args, message) => {
    using repo = repository();
    const result = await check(repo.project, ...args);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(message);
    expect(readdirSync(repo.project).sort()).toEqual([".git", "flags", "flagwright.yaml"]);
  });

  it("does not take a file that cannot be read for a flag that was deleted", async () => {
    using repo = repository();
    write(repo.project, "flags/discount.yaml", "flag: [discount\n");
    const result = await check(repo.project);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain("flags/discount.yaml:");
    expect(result.stdout).toBe("");
  });

  it("compares with a folder, outside git", async () => {
    using was = temporaryFolder(files);
    using is = temporaryFolder({ ...files, "flags/discount.yaml": widened });
    const result = await check(is.path, "--against", was.path, "--json");
    expect(rules(result.json())).toEqual(["VALUE_NOT_WIDENED"]);
  });

  it("ends with code 3 when it cannot decide", async () => {
    const pattern = (regex: string): string =>
      discount
        .replace("{ type: number, maximum: 90 }", `{ type: string, pattern: '${regex}' }`)
        .replace("default: 0", "default: A")
        .replace("none: 0, small: 5", "none: A");
    using was = temporaryFolder({ ...files, "flags/discount.yaml": pattern("\\bA+") });
    using is = temporaryFolder({ ...files, "flags/discount.yaml": pattern("\\bA*A") });
    const result = await check(is.path, "--against", was.path);
    expect(result.stdout).toContain("undecided");
    expect(result.code).toBe(3);
  });

  it("--fix makes the new version and puts the old one back, after which the check is content", async () => {
    using repo = repository();
    write(repo.project, "flags/discount.yaml", widened);
    const result = await check(repo.project, "--fix");
    expect(result.stderr).toContain("discount@2 is the new version, in flags/discount@2.yaml.");
    expect(readFileSync(join(repo.project, "flags/discount.yaml"), "utf8")).toBe(discount);
    expect(readFileSync(join(repo.project, "flags/discount@2.yaml"), "utf8")).toBe(
      widened.replace("version: 1", "version: 2"),
    );
    expect((await check(repo.project)).code).toBe(0);
  });

  it("--ci fails on flags long expired that nobody touched, and on generated files out of date", async () => {
    using repo = repository();
    write(
      repo.project,
      "flags/old.yaml",
      "flag: old\nkind: release\nexpires: 2026-10-01\nvalue: boolean\ndefault: false\n",
    );
    write(
      repo.project,
      "flagwright.yaml",
      `${files["flagwright.yaml"]}generate: [{ target: typescript, output: flags.gen.ts, importExtension: .ts }]\n`,
    );
    commit(repo.path, "two");
    expect((await check(repo.project)).code).toBe(0);
    const guarded = await check(repo.project, "--ci");
    expect(guarded.stdout).toContain("old expired 51 days ago; 30 are agreed.");
    expect(guarded.stderr).toContain("flags.gen.ts is not what the definitions make");
    expect(guarded.code).toBe(1);
  });

  it("--ci trusts what generate remembers no further than the files are as they were", async () => {
    using repo = repository();
    write(
      repo.project,
      "flagwright.yaml",
      `${files["flagwright.yaml"]}generate: [{ target: typescript, output: flags.gen.ts, importExtension: .ts }]\n`,
    );
    const guarded = async (): Promise<readonly [number, string]> => {
      const { code, stderr } = await check(repo.project, "--against", "HEAD", "--ci");
      return [code, stderr];
    };
    const outdated = [1, "flags.gen.ts is not what the definitions make. Run: flagwright generate\n"];
    expect((await flagwright(["generate"], { cwd: repo.project, now })).code).toBe(0);
    commit(repo.path, "two");
    expect(await guarded()).toEqual([0, ""]);
    const generated = readFileSync(join(repo.project, "flags.gen.ts"), "utf8");
    write(repo.project, "flags.gen.ts", `${generated}// by hand\n`);
    expect(await guarded()).toEqual(outdated);
    write(repo.project, "flags.gen.ts", generated);
    write(repo.project, "flags/discount.yaml", discount.replace("Taken off", "Deducted from"));
    expect(await guarded()).toEqual(outdated);
    expect((await flagwright(["generate"], { cwd: repo.project, now })).code).toBe(0);
    expect(await guarded()).toEqual([0, ""]);
  });
});

describe("the printers of a check", () => {
  const nasty = "flags/discount.yaml";
  async function printed(format: string): Promise<string> {
    using was = temporaryFolder(files);
    using is = temporaryFolder({
      ...files,
      [nasty]: discount
        .replace("small: 5", "small: 6")
        .replace("version: 1", "version: 1\nrequires: { limit: ['`|<b>@x,:%\"&'] }"),
    });
    return (await check(is.path, "--against", was.path, "--format", format)).stdout;
  }

  it("json has a result, counts and breaks", async () => {
    expect(JSON.parse(await printed("json"))).toMatchObject({
      format: 1,
      result: "clean",
      counts: { breaking: 0, warnings: 2 },
    });
  });

  it("markdown lets nothing of a definition become markup", async () => {
    const text = await printed("markdown");
    expect(text).toContain("VARIANT_VALUE_CHANGED");
    expect(text).not.toMatch(/(?<!\\)<b>/);
    expect(text).not.toContain("@x");
  });

  it("github annotations are one line each, with place and title", async () => {
    const lines = (await printed("github")).trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    for (const line of lines)
      expect(line).toMatch(/^::warning file=flags\/discount\.yaml,line=\d+,col=\d+,endLine=\d+,title=[A-Z_]+::[^:]/);
  });

  it("sarif names every rule and keeps fingerprints", async () => {
    const { runs } = JSON.parse(await printed("sarif")) as {
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        results: { ruleId: string; partialFingerprints: object }[];
      }[];
    };
    const ids = runs[0]?.tool.driver.rules.map(({ id }) => id) ?? [];
    expect(runs[0]?.results).toHaveLength(2);
    for (const { ruleId, partialFingerprints } of runs[0]?.results ?? []) {
      expect(ids).toContain(ruleId);
      expect(Object.values(partialFingerprints)[0]).toMatch(/^[0-9a-f]{12}$/);
    }
  });

  it("junit escapes what XML would take for its own", async () => {
    const xml = await printed("junit");
    expect(xml).toContain('<testcase classname="flagwright.check" name="discount"/>');
    expect(xml).toMatch(/^<\?xml version="1\.0"/);
  });
});

describe("flagwright bump", () => {
  it("makes the next version beside the last, with comments kept", async () => {
    using repo = repository();
    const result = await flagwright(["bump", "discount", "--json"], { cwd: repo.project });
    expect(result.json()).toEqual({
      key: "discount@2",
      path: "flags/discount@2.yaml",
      from: "flags/discount.yaml",
      restored: null,
    });
    expect(readFileSync(join(repo.project, "flags/discount@2.yaml"), "utf8")).toBe(
      discount.replace("version: 1", "version: 2"),
    );
    await flagwright(["bump", "discount@2"], { cwd: repo.project });
    expect(readdirSync(join(repo.project, "flags")).sort()).toEqual([
      "discount.yaml",
      "discount@2.yaml",
      "discount@3.yaml",
      "limit.yaml",
    ]);
  });

  it("adds the version where the file has none", async () => {
    using repo = repository();
    await flagwright(["bump", "limit"], { cwd: repo.project });
    expect(readFileSync(join(repo.project, "flags/limit@2.yaml"), "utf8")).toMatch(/^flag: limit\nversion: 2\n/);
    expect((await flagwright(["lint"], { cwd: repo.project })).code).toBe(0);
  });

  it("--restore puts the old one back", async () => {
    using repo = repository();
    write(repo.project, "flags/discount.yaml", widened);
    await flagwright(["bump", "discount", "--restore", "HEAD"], { cwd: repo.project });
    expect(readFileSync(join(repo.project, "flags/discount.yaml"), "utf8")).toBe(discount);
    expect((await check(repo.project)).code).toBe(0);
  });

  it("names the nearest flag when there is none", async () => {
    using repo = repository();
    const result = await flagwright(["bump", "discuont"], { cwd: repo.project });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('Did you mean "discount"?');
  });
});
