import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { flagwright } from "../testing/run-cli.ts";

async function answering(listener: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const problem =
  (status: number, body: object): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify(body));

const lift = (url: string, key = "fw_management_x") =>
  flagwright(["lift", "new-checkout", "--url", url, "--key", key, "--project", "shop", "--env", "development"]);

describe("what a person sees when the server does not do it", () => {
  test("nobody listens", async () => {
    const { url } = await answering(() => {}).then(async (server) => {
      await server[Symbol.asyncDispose]();
      return server;
    });
    const { code, stderr } = await lift(url);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `error No server answers at ${url}.\n` +
        "help  Start one with: flagwright serve    (or say where it is: --url, FLAGWRIGHT_URL)\n",
    );
  });

  test("something else listens", async () => {
    await using server = await answering((_request, response) => void response.end("<h1>It works!</h1>"));
    const { code, stderr } = await lift(server.url);
    expect(code).toBe(2);
    expect(stderr).toContain("is not a Flagwright server");
  });

  test("the connection breaks off: whether it was done is unknown, and said so", async () => {
    await using server = await answering((request) => void request.socket.destroy());
    expect((await lift(server.url)).stderr).toContain("Whether a change was made is unknown");
  });

  test("the key is wrong: where it came from is told, the key is not", async () => {
    await using server = await answering(problem(401, { detail: "The key is not known to this server." }));
    const { code, stderr } = await lift(server.url, "fw_management_secret");
    expect(code).toBe(2);
    expect(stderr).toContain("The key is not known to this server.");
    expect(stderr).toContain("The key came from --key");
    expect(stderr).not.toContain("secret");
  });

  test("a value is refused: each place with its pointer and reason", async () => {
    const errors = [
      {
        pointer: "/state/otherwise/variant",
        code: "UNKNOWN_VARIANT",
        message: "There is no variant.",
        help: "Try on.",
      },
      { pointer: "/state/on", code: "TYPE", message: "must be boolean" },
    ];
    await using server = await answering(problem(422, { detail: "The state is not valid.", errors }));
    expect((await lift(server.url)).stderr).toBe(
      "error The state is not valid.\n" +
        "        /state/otherwise/variant: There is no variant. Try on.\n" +
        "        /state/on: must be boolean\n",
    );
  });

  test("a problem cannot rewrite the terminal", async () => {
    await using server = await answering(problem(404, { detail: "gone\u001b[2J\u202eflag\u0007" }));
    const { stderr } = await lift(server.url);
    expect(stderr).toBe("error gone�flag�\n");
  });

  test("a key that cannot be a header is refused before it is sent", async () => {
    const { code, stderr } = await lift("http://127.0.0.1:1", "fw\r\nx: y");
    expect(code).toBe(2);
    expect(stderr).toContain("holds characters that no key has");
  });
});
