import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Failure } from "../failure.ts";
import type { Io } from "./io.ts";

/** The whole of a file, or of standard input where the name is `-`. @throws Failure when it cannot be read. */
export async function readText(name: string, io: Io): Promise<string> {
  if (name === "-") {
    const chunks: Buffer[] = [];
    for await (const chunk of io.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
    return Buffer.concat(chunks).toString("utf8");
  }
  try {
    return readFileSync(resolve(io.cwd, name), "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Failure(code === "ENOENT" ? `There is no file ${name}.` : `Cannot read ${name}: ${message}`);
  }
}
