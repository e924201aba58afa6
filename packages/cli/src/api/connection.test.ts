import { describe, expect, test } from "vitest";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { temporaryFolder } from "../testing/run-cli.ts";
import { findConnection } from "./connection.ts";

const credentials = JSON.stringify({
  url: "http://127.0.0.1:4999",
  project: "shop",
  managementKey: "fw_management_file",
});
const inFolder = (cwd: string, env: Io["env"] = {}): Io => ({ cwd, env }) as Io;

describe("where the command line finds the server", () => {
  test("options come before the environment, and that before the credentials file", () => {
    using folder = temporaryFolder({ "flagwright.yaml": "", ".flagwright/credentials.json": credentials });
    const env = { FLAGWRIGHT_URL: "http://env:1", FLAGWRIGHT_KEY: "env-key", FLAGWRIGHT_PROJECT: "env-project" };
    expect(
      findConnection({ url: "http://option:1/", key: "option-key", project: "o" }, inFolder(folder.path, env)),
    ).toEqual({
      url: "http://option:1",
      key: "option-key",
      keySource: "--key",
      project: "o",
      credentialsProject: "shop",
    });
    expect(findConnection({}, inFolder(folder.path, env))).toEqual({
      url: "http://env:1",
      key: "env-key",
      keySource: "FLAGWRIGHT_KEY",
      project: "env-project",
      credentialsProject: "shop",
    });
    expect(findConnection({}, inFolder(folder.path))).toEqual({
      url: "http://127.0.0.1:4999",
      key: "fw_management_file",
      keySource: ".flagwright/credentials.json",
      project: undefined,
      credentialsProject: "shop",
    });
  });

  test("the file is found from any folder below", () => {
    using folder = temporaryFolder({
      "flagwright.yaml": "",
      ".flagwright/credentials.json": credentials,
      "flags/deep/x.yaml": "",
    });
    expect(findConnection({}, inFolder(`${folder.path}/flags/deep`)).key).toBe("fw_management_file");
  });

  test("the key of one server is never sent to another", () => {
    using folder = temporaryFolder({ "flagwright.yaml": "", ".flagwright/credentials.json": credentials });
    expect(() => findConnection({ url: "https://elsewhere.example" }, inFolder(folder.path))).toThrow(
      "holds the key of http://127.0.0.1:4999, not of https://elsewhere.example",
    );
  });

  test("without any key it says how to get one", () => {
    using folder = temporaryFolder();
    expect(() => findConnection({}, inFolder(folder.path))).toThrow(Failure);
    try {
      findConnection({}, inFolder(folder.path));
    } catch (error) {
      expect((error as Failure).help).toContain("flagwright serve");
    }
  });

  test.each([
    ["not JSON", "{", "is not JSON"],
    ["something else", "[1]", 'lacks "url"'],
    ["null", "null", 'lacks "url"'],
  ])("a credentials file that is %s is named", (_what, text, message) => {
    using folder = temporaryFolder({ "flagwright.yaml": "", ".flagwright/credentials.json": text });
    expect(() => findConnection({}, inFolder(folder.path))).toThrow(message);
  });

  test.each(["localhost:4400", "ftp://x", "nonsense"])("%s is refused as an address", (url) => {
    using folder = temporaryFolder();
    expect(() => findConnection({ url, key: "k" }, inFolder(folder.path))).toThrow("is not the address of a server");
  });
});
