import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trackedFiles } from "./checks/tracked-files.ts";
import { checkImports } from "./checks/imports.ts";

/**
 * `pnpm test`: everything that must hold, in order of how soon it tells. Each check counts as one test beside those of
 * vitest. `pnpm test --only NAME` runs one step. The last line is `N passed, N failed`.
 */

const root = join(import.meta.dirname, "..");

interface Totals {
  readonly passed: number;
  readonly failed: number;
  /** Shown when something failed. */
  readonly output: string;
}

interface Step {
  readonly name: string;
  readonly run: () => Promise<Totals>;
}

const steps: readonly Step[] = [
  { name: "format", run: () => command("prettier", "--check", "--log-level", "warn", ".") },
  { name: "lint", run: () => command("oxlint", "--deny-warnings") },
  { name: "types", run: () => command("tsc", "--noEmit") },
  { name: "imports", run: importDirections },
  { name: "unused", run: () => command("knip", "--no-progress") },
  { name: "definitions", run: () => command("node", "packages/cli/src/main.ts", "lint") },
  { name: "generated", run: () => command("node", "packages/cli/src/main.ts", "generate", "--check") },
  { name: "tests", run: unitTests },
  { name: "packed", run: () => command("node", "scripts/packed/main.ts") },
];

const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1] : undefined;
const chosen = only === undefined ? steps : steps.filter((step) => step.name === only);
if (chosen.length === 0) {
  console.error(`There is no step "${only ?? ""}". Steps: ${steps.map((step) => step.name).join(", ")}.`);
  process.exit(2);
}

let passed = 0;
let failed = 0;
for (const step of chosen) {
  const started = Date.now();
  const totals = await step.run();
  passed += totals.passed;
  failed += totals.failed;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${totals.failed === 0 ? "✓" : "✗"} ${step.name.padEnd(12)} ${seconds.padStart(6)} s   ${count(totals)}`);
  if (totals.failed > 0) console.log(totals.output);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function count(totals: Totals): string {
  return totals.failed === 0 ? `${totals.passed} passed` : `${totals.passed} passed, ${totals.failed} failed`;
}

async function command(file: string, ...words: readonly string[]): Promise<Totals> {
  const { code, output } = await run(file, words);
  return code === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output };
}

async function importDirections(): Promise<Totals> {
  const problems = checkImports(root, trackedFiles(root));
  const output = problems.map(({ file, message }) => `  ${file}: ${message}`).join("\n");
  return problems.length === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: problems.length, output };
}

/** Runs vitest and takes the totals from its report. A skipped test counts as failed: nothing is skipped in silence. */
async function unitTests(): Promise<Totals> {
  const folder = mkdtempSync(join(tmpdir(), "flagwright-test-"));
  const report = join(folder, "report.json");
  try {
    const { code, output } = await run("vitest", [
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ]);
    const totals = JSON.parse(readFileSync(report, "utf8")) as VitestReport;
    const broken = totals.testResults.filter(
      (file) => file.status === "failed" && file.assertionResults.length === 0,
    ).length;
    const failures = totals.numFailedTests + totals.numPendingTests + totals.numTodoTests + broken;
    // An unhandled error fails the run although every test passed.
    return { passed: totals.numPassedTests, failed: code !== 0 && failures === 0 ? 1 : failures, output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

function run(file: string, words: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(file, words, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, FORCE_COLOR: "0" },
    });
    let output = "";
    const collect = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) => resolve({ code: 127, output: `${file}: ${error.message}` }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
