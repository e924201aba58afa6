import { readdirSync } from "node:fs";
import type { BenchRow } from "./row.ts";

/** `pnpm bench NAME [--json]`: runs `./NAME.ts` and prints its rows. Exit code 1 when a target is missed, 2 on usage. */

interface Bench {
  run(): Promise<readonly BenchRow[]>;
}

const notBenches = new Set(["main.ts", "row.ts"]);
const names = readdirSync(import.meta.dirname)
  .filter((file) => /^[a-z]+\.ts$/.test(file) && !notBenches.has(file))
  .map((file) => file.slice(0, -".ts".length));

const words = process.argv.slice(2).filter((word) => word !== "--");
const json = words.includes("--json");
const name = words.find((word) => !word.startsWith("-"));

if (name === undefined || !names.includes(name)) {
  console.error(`Usage: pnpm bench NAME [--json], where NAME is one of: ${names.join(", ")}.`);
  process.exitCode = 2;
} else {
  const bench = (await import(`./${name}.ts`)) as Bench;
  const rows = await bench.run();
  for (const line of json ? rows.map((each) => JSON.stringify(each)) : table(rows)) console.log(line);
  process.exitCode = rows.some((each) => each.met === false) ? 1 : 0;
}

function table(rows: readonly BenchRow[]): string[] {
  const cells = rows.map((each) => [
    each.case,
    figure(each.ours),
    each.unit,
    each.peer,
    figure(each.peerValue),
    `${figure(each.ratio)}×`,
    each.target === null ? "" : `≥ ${figure(each.target)}×`,
    each.met === null ? "" : each.met ? "met" : "MISSED",
  ]);
  const all = [["case", "ours", "unit", "peer", "peer's", "ratio", "target", ""], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  return all.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function figure(value: number): string {
  return Number.isFinite(value) ? Number(value.toPrecision(3)).toLocaleString("en-US") : String(value);
}
