import { describe, expect, test } from "vitest";
import { ConfigError, helpText, readConfig } from "./config.ts";

describe("the configuration", () => {
  test("has defaults that work with nothing else there", () => {
    expect(readConfig([], {})).toMatchObject({ host: "127.0.0.1", port: 4400, dataFolder: ".flagwright/data" });
  });

  test("comes from the command line before the environment", () => {
    const environment = { FLAGWRIGHT_PORT: "1", FLAGWRIGHT_DATABASE_URL: "postgresql://u:p@h/d", FLAGWRIGHT_HOST: "" };
    expect(readConfig(["--port", "2"], environment)).toMatchObject({
      port: 2,
      host: "127.0.0.1",
      databaseUrl: "postgresql://u:p@h/d",
    });
  });

  test("lists every option in its help", () => {
    expect(readConfig(["--help"], {})).toBe("help");
    for (const option of ["--port", "--data DIR", "--database-url URL", "--restored", "--new-management-key NAME"])
      expect(helpText()).toContain(option);
  });

  test.each([
    [["--port", "70000"], "port is a whole number from 0 to 65535"],
    [["--port", "http"], "port is a whole number"],
    [["--port", "-1"], "--help lists the options"],
    [["--project", "My Shop"], 'project is a key such as "my-shop"'],
    [["--database-url", "mysql://u:secret@h/d"], "database-url is not a URL that begins with postgres://"],
    [["--redis-url", "secret"], "redis-url is not of the form redis://"],
    [["--log-level", "loud"], "log-level is one of fatal"],
    [["--trust-proxy", "yes"], "trust-proxy is true or false"],
    [["--colour"], "--help lists the options"],
    [["extra"], "--help lists the options"],
  ])("refuses %j and says what is meant, without repeating a secret", (argv, said) => {
    expect(() => readConfig(argv, {})).toThrow(ConfigError);
    expect(() => readConfig(argv, {})).toThrow(said);
    expect(() => readConfig(argv, {})).not.toThrow("secret");
  });
});
