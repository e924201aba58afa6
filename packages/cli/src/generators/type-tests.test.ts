import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "./index.ts";
import { createConsumer, type CompilerError, type Consumer } from "./testing/consumer.ts";
import { input } from "./testing/definitions.ts";
import { typeTestDefinitions } from "./testing/type-test-definitions.ts";

/** What people get wrong, and the error that TypeScript gives for it. */
const mistakes: readonly (readonly [what: string, code: string, errors: readonly number[]])[] = [
  ["a misspelled flag", `import { newChekout } from "./flags.gen.js"; newChekout;`, [2724]],
  ["a flag that does not exist", `import { oldCheckout } from "./flags.gen.js"; oldCheckout;`, [2305, 2724]],
  ["a boolean taken for a string", `const text: string = flags.newCheckout(user); text;`, [2322]],
  ["a call without the context", `flags.newCheckout();`, [2554]],
  ["a missing attribute", `flags.newCheckout({ targetingKey: "u" });`, [2345, 2741]],
  ["no targeting key for a flag that splits", `flags.newCheckout({ region: "MY" });`, [2345, 2741]],
  ["a misspelled attribute", `flags.newCheckout({ ...user, paln: "pro" });`, [2353, 2561]],
  ["an attribute that the flag's rules do not read", `flags.newCheckout({ ...user, tenant: "acme" });`, [2353]],
  ["a value that an attribute cannot have", `flags.newCheckout({ targetingKey: "u", region: "DE" });`, [2322, 2820]],
  ["null for an optional attribute", `flags.newCheckout({ ...user, plan: null });`, [2322]],
  ["undefined for a required attribute", `flags.newCheckout({ targetingKey: undefined, region: "MY" });`, [2322]],
  ["a number for a string attribute", `flags.regionalDiscount({ ...user, tenant: 7 });`, [2322]],
  ["a call that was forgotten", `if (flags.newCheckout) console.log();`, [2774]],
  ["a misspelled member of a value", `flags.regionalDiscount(user).percentage;`, [2339, 2551]],
  ["an optional member taken for given", `flags.regionalDiscount(user).message.length;`, [2532, 18048]],
  ["a value that is changed", `flags.regionalDiscount(user).percent = 90;`, [2540]],
  ["a nested list that is changed", `flags.regionalDiscountV2(user).tiers.push(1);`, [2339]],
  ["a default that is changed", `flags.regionalDiscount.default.percent = 90;`, [2540]],
  ["version 2 read as version 1", `const p: number = flags.regionalDiscountV2(user).percent; p;`, [2322]],
  ["a variant that an enum does not have", `if (flags.searchRanking(user) === "fuzzy") console.log();`, [2367]],
  ["a member of the other branch of a union", `flags.payment(user).network;`, [2339]],
  ["a place that a tuple does not have", `flags.mapWindow(user)[2];`, [2493]],
  ["a key of a record taken for given", `const n: number = flags.limits()["calls"]; n;`, [2322]],
  [
    "a flag taken for a flag of another type",
    `const f: Flag<string, { targetingKey: string; region: "MY" }> = flags.newCheckout; f;`,
    [2322],
  ],
  ["a flag read with a context that lacks what it requires", `read(flags.newCheckout, { targetingKey: "u" });`, [2345]],
  ["a flag that is assigned to", `flags.newCheckout = flags.newCheckout;`, [2540, 2632]],
  ["a key that the index does not have", `index["new-chekout"];`, [7053, 2551]],
  ["two contexts where one is wanted", `flags.newCheckout(user, user);`, [2554]],
  ["a text where a context is wanted", `flags.newCheckout("u");`, [2345, 2559]],
  ["a text where nothing is read of a context", `flags.searchTimeoutMs("u");`, [2345]],
  ["a version of a flag that there is not", `flags.regionalDiscountV3(user);`, [2551, 2339]],
  ["a record's member that is set", `flags.limits()["calls"] = 1;`, [2542]],
  ["a place of a tuple that is set", `flags.mapWindow(user)[0] = 1;`, [2540]],
  ["a member of a union's branch without asking which", `flags.payment(user).days.toFixed();`, [2339]],
  ["a branch that a union does not have", `if (flags.payment(user).kind === "cash") console.log();`, [2367]],
  ["a promise made of a value", `flags.newCheckout(user).then(console.log);`, [2339]],
  ["a context given to a client's flag", `client.regionalDiscount({ targetingKey: "u" });`, [2345, 2554]],
  ["a server-only flag in client code", `client.newCheckout();`, [2339]],
  ["a misspelled key for OpenFeature", `const key: BooleanFlagKey = "new-chekout"; key;`, [2820, 2322]],
  ["a boolean key where OpenFeature wants a number's", `const key: NumberFlagKey = "new-checkout"; key;`, [2322]],
];

const prelude = `import type { BooleanFlagKey, NumberFlagKey } from "@openfeature/core";
import type { Flag } from "@flagwright/runtime/codegen/v1";
import * as flags from "./flags.gen.js";
import * as client from "./client.gen.js";
import { flags as index } from "./flags.index.gen.js";
declare const console: { log(): void };
const user = { targetingKey: "u", region: "MY" } as const;
function read<V, C>(flag: Flag<V, NoInfer<C>>, context: C): V { return flag.details(...([context] as never)).value; }
export { client, flags, index, read, user };
export type { BooleanFlagKey, Flag, NumberFlagKey };
console.log();
`;

const right = `
const on: boolean = flags.newCheckout(user);
const plan: "free" | "pro" | "enterprise" | undefined = flags.newCheckout(user) ? "pro" : undefined;
flags.newCheckout({ ...user, plan });
const { percent, message }: { readonly percent: number; readonly message?: string } = flags.regionalDiscount(user);
const ranking: "classic" | "semantic" | "hybrid" = flags.searchRanking({ targetingKey: "u" });
const payment = flags.payment({ targetingKey: "u" });
const days: number = payment.kind === "invoice" ? payment.days : 0;
const network: "visa" | "amex" | undefined = payment.kind === "card" ? payment.network : undefined;
const [x, y]: readonly [number, number] = flags.mapWindow({ targetingKey: "u" });
const limit: number | undefined = flags.limits()["calls"];
const timeout: number = flags.searchTimeoutMs() + flags.searchTimeoutMs(user);
const forAnybody: Flag<number, { targetingKey: string }> = flags.searchTimeoutMs;
const withoutArguments: number = client.regionalDiscount().percent;
const inferred: boolean = read(flags.newCheckout, { targetingKey: "u", region: "MY" as const, more: 1 });
const narrower: Flag<boolean, { readonly targetingKey: string; readonly region: "MY" }> = flags.newCheckout;
const byKey: boolean = index["new-checkout"](user);
const key: BooleanFlagKey = "new-checkout";
export { on, percent, message, ranking, days, network, x, y, limit, timeout, forAnybody, withoutArguments, inferred, narrower, byKey, key };
`;

/** What OpenFeature's package asks of those who augment it, and of their libraries. */
const LOOSE = { isolatedDeclarations: false, skipLibCheck: true, lib: ["es2022", "dom"] };

let consumer: Consumer | undefined;
let errors: readonly CompilerError[];

beforeAll(async () => {
  consumer = await createConsumer();
  const { files } = await generate({ ...input, definitions: typeTestDefinitions }, [
    { target: "typescript", output: "flags.gen.ts", options: { index: true, openfeature: true } },
    { target: "typescript", output: "client.gen.ts", options: { audience: "client" } },
  ]);
  const cases = mistakes.map(([, code], at) => ({ path: `mistake-${at}.ts`, content: `${prelude}${code}\n` }));
  const all = [...files, ...cases, { path: "right.ts", content: `${prelude}${right}` }];
  consumer.write(all);
  errors = await consumer.check({ files: all.map(({ path }) => path), options: LOOSE });
});
afterAll(() => consumer?.remove());

test("code that is right compiles, and so does what is generated", () => {
  expect(errors.filter(({ file }) => !file.startsWith("mistake-"))).toEqual([]);
});

test.each(mistakes.map(([what, , codes], at) => [what, codes, at] as const))("%s does not compile", (_, codes, at) => {
  const found = errors.filter(({ file }) => file === `mistake-${at}.ts`);
  expect(found.map(({ code }) => code)).not.toEqual([]);
  for (const { code, message } of found) expect([code, message, codes.includes(code)]).toEqual([code, message, true]);
});
