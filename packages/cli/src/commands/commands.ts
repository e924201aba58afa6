import type { CommandEntry } from "../command.ts";

/** Every command, in the order of the help. A new one is its file and one line here. */
// prettier-ignore
export const commands: readonly CommandEntry[] = [
  { name: "init", group: "Definitions", summary: "start a project in this folder", load: () => import("./init.ts") },
  { name: "generate", group: "Definitions", summary: "make the typed getters", load: () => import("./generate.ts") },
  { name: "lint", group: "Definitions", summary: "report everything that is wrong with the project's files", load: () => import("./lint.ts") },
  { name: "check", group: "Definitions", summary: "say which changes break whom", load: () => import("./check.ts") },
  { name: "bump", group: "Definitions", summary: "make a new version of a flag", load: () => import("./bump.ts") },
  { name: "compare-schemas", group: "Definitions", summary: "say whether two JSON Schemas accept the same values, with a value that tells them apart", load: () => import("./compare-schemas.ts") },
  { name: "refs", group: "Definitions", summary: "find where the code uses each flag, and where it only seems to", load: () => import("./refs.ts") },
  { name: "stale", group: "Definitions", summary: "list the flags that may go, with the evidence", load: () => import("./stale.ts") },
  { name: "import", group: "Definitions", summary: "make definitions from an OpenFeature manifest", load: () => import("./import.ts") },
  { name: "schema", group: "Definitions", summary: "print the JSON Schema of a file format, for editors", load: () => import("./schema.ts") },
  { name: "dev", group: "Server", summary: "run a server, and generate and push on every change", load: () => import("./dev.ts") },
  { name: "serve", group: "Server", summary: "run a server: no other service needed", load: () => import("./serve.ts") },
  { name: "push", group: "Server", summary: "send the definitions to the server", load: () => import("./push.ts") },
  { name: "flags", group: "Flags", summary: "list the flags of an environment, or show one", load: () => import("./flags.ts") },
  { name: "toggle", group: "Flags", summary: "switch a flag on or off", load: () => import("./toggle.ts") },
  { name: "set", group: "Flags", summary: "change what a flag serves", load: () => import("./set.ts") },
  { name: "kill", group: "Flags", summary: "make a flag serve its safe default at once", load: () => import("./kill.ts") },
  { name: "lift", group: "Flags", summary: "end a kill", load: () => import("./lift.ts") },
  { name: "purge", group: "Flags", summary: "make every client drop its caches and take the current state", load: () => import("./purge.ts") },
  { name: "evaluate", group: "Flags", summary: "say what a flag answers, from a snapshot, the files or the server", load: () => import("./evaluate.ts") },
  { name: "explain", group: "Flags", summary: "say step by step why a flag answers what it does", load: () => import("./explain.ts") },
  { name: "simulate", group: "Flags", summary: "say whose answers would change from one state to another", load: () => import("./simulate.ts") },
  { name: "test", group: "Flags", summary: "run the tests that say what flags answer", load: () => import("./test.ts") },
];
