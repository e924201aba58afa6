import { describe, expect, test } from "vitest";
import { commands } from "./commands/commands.ts";
import { exitCodes } from "./exit-codes.ts";
import { flagwright } from "./testing/run-cli.ts";
import { version } from "./version.ts";

describe("the program", () => {
  test("without arguments prints the help, every command in it, and ends with 0", async () => {
    const { code, stdout, stderr } = await flagwright([]);
    expect(code).toBe(exitCodes.ok);
    expect(stderr).toBe("");
    for (const { name, summary } of commands)
      expect(stdout).toMatch(new RegExp(`^  ${name} +${summary.split(" ").slice(0, 5).join(" ")}`, "m"));
  });

  test("names the nearest command when one is mistyped, and ends with 2", async () => {
    const { code, stderr } = await flagwright(["togle", "new-checkout"]);
    expect(code).toBe(exitCodes.usage);
    expect(stderr).toContain("unknown command 'togle'");
    expect(stderr).toContain("Did you mean toggle?");
  });

  test("help for a command that does not exist ends with 2 and says so", async () => {
    const { code, stdout, stderr } = await flagwright(["help", "nope"]);
    expect({ code, stdout }).toEqual({ code: exitCodes.usage, stdout: "" });
    expect(stderr).toContain("unknown command 'nope'");
  });

  test("names the nearest option when one is mistyped, and ends with 2", async () => {
    const { code, stderr } = await flagwright(["generate", "--chek"]);
    expect(code).toBe(exitCodes.usage);
    expect(stderr).toContain("Did you mean --check?");
  });

  test("says which argument is missing", async () => {
    const { code, stderr } = await flagwright(["kill", "new-checkout"]);
    expect(code).toBe(exitCodes.usage);
    expect(stderr).toContain("'-r, --reason <text>' not specified");
  });

  test.each(commands.map(({ name }) => [name]))("%s has help of its own, by --help and by help", async (name) => {
    const [direct, byHelp] = [await flagwright([name, "--help"]), await flagwright(["help", name])];
    expect(direct.code).toBe(exitCodes.ok);
    expect(direct.stdout).toContain(`Usage: flagwright ${name}`);
    expect(byHelp.stdout).toBe(direct.stdout);
  });

  test("prints its version on a line", async () => {
    expect(await flagwright(["--version"])).toMatchObject({ code: exitCodes.ok, stdout: `${version()}\n` });
  });
});

const ESCAPE = "\u001b[";

describe("colors", () => {
  const paintedError = async (argv: readonly string[], env: { [name: string]: string }, isTTY: boolean) =>
    (await flagwright(argv, { env, isTTY })).stderr;

  test("are for terminals", async () => {
    expect(await paintedError(["lift", "x"], {}, true)).toContain(ESCAPE);
    expect(await paintedError(["lift", "x"], {}, false)).not.toContain(ESCAPE);
    expect(await paintedError(["lift", "x"], { TERM: "dumb" }, true)).not.toContain(ESCAPE);
  });

  test("are left away by --no-color and NO_COLOR, before anything else is asked", async () => {
    expect(await paintedError(["lift", "x", "--no-color"], { FORCE_COLOR: "1" }, true)).not.toContain(ESCAPE);
    expect(await paintedError(["--no-color", "lift", "x"], {}, true)).not.toContain(ESCAPE);
    expect(await paintedError(["lift", "x"], { NO_COLOR: "1", FORCE_COLOR: "1" }, true)).not.toContain(ESCAPE);
  });

  test("can be forced into a pipe", async () => {
    expect(await paintedError(["lift", "x"], { FORCE_COLOR: "1" }, false)).toContain(ESCAPE);
  });
});
