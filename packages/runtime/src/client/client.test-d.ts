/**
 * Mistakes that must not compile. `tsc` checks this file: a mistake that begins to compile leaves an unused
 * `@ts-expect-error`, which is an error.
 */
import { defineFlag } from "../codegen/v1/define-flag.ts";
import type { Flag, ValueOf } from "../codegen/v1/flag.ts";
import type { EvaluationDetails } from "../evaluation/details.ts";
import type { Client, ContextOf } from "./client.ts";
import type { BrowserClient } from "./browser-client.ts";
import { createClient } from "./node-client.ts";
import { type TestFlags, variantMatrix } from "./test-flags.ts";

type Region = "ID" | "MY" | "SG" | "TH";
interface Discount {
  readonly percent: number;
  readonly message?: string;
}
interface DiscountContext {
  readonly targetingKey: string;
  readonly region: Region;
  readonly plan?: "free" | "team" | undefined;
}

export const newCheckout: Flag<boolean, { readonly targetingKey: string }> = /*@__PURE__*/ defineFlag({
  key: "new-checkout",
  version: 1,
  type: "boolean",
  hash: "a",
  default: false,
});
export const discount: Flag<Discount, DiscountContext> = /*@__PURE__*/ defineFlag({
  key: "discount",
  version: 1,
  type: "object",
  hash: "b",
  default: { percent: 0 },
  variants: { none: { percent: 0 }, small: { percent: 5, message: "Five" } },
});
export const ranking: Flag<"classic" | "semantic", { readonly plan?: "free" | "team" | undefined }> =
  /*@__PURE__*/ defineFlag({
    key: "ranking",
    version: 1,
    type: "string",
    hash: "c",
    default: "classic",
    enum: ["classic", "semantic"],
  });
declare const wallet: Flag<boolean, { readonly region?: "MY" | "SG" | undefined }>;
export const providers: Flag<readonly string[]> = /*@__PURE__*/ defineFlag({
  key: "providers",
  version: 1,
  type: "array",
  hash: "d",
  default: ["card"],
});
declare const client: Client<{ readonly "new-checkout": typeof newCheckout; readonly discount: typeof discount }>;
declare const user: { readonly id: string; readonly plan: "free" | "team"; readonly region: Region };

/** Whether two types are the same, and not only assignable. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isSame = <A, B>(_same: Same<A, B>): void => undefined;

export function whatCompiles(): void {
  const value: Discount = discount({ targetingKey: user.id, region: "MY" });
  discount({ targetingKey: user.id, region: user.region, plan: user.plan });
  discount({ targetingKey: user.id, region: "MY", plan: undefined });
  if (newCheckout({ targetingKey: user.id })) value.percent.toFixed();
  ranking();
  ranking({});
  ranking({ plan: "team" });
  providers();
  const details: EvaluationDetails<Discount> = discount.details({ targetingKey: user.id, region: "MY" });
  details.value.percent.toFixed();

  client.get(discount, { targetingKey: user.id, region: "SG" });
  client.get(providers);
  const here = client.forContext({ targetingKey: user.id, region: "MY", tenant: "acme" });
  isSame<ReturnType<typeof here.get<Discount, DiscountContext>>, Discount>(true);
  here.get(discount).percent.toFixed();
  here.get(newCheckout);
  here.get(ranking);
  here.get(providers);
  // The two have no attribute in common, and wallet requires none.
  client.forContext({ targetingKey: user.id }).get(wallet);
  here.details(discount).value.percent.toFixed();
  void client.getFlag("discount", { targetingKey: user.id, region: "MY" }).then(({ percent }) => percent.toFixed());

  // A flag that reads less stands where one that reads more is asked.
  const reads = (flag: Flag<boolean, DiscountContext>): boolean => flag({ targetingKey: "u", region: "MY" });
  reads(newCheckout);

  isSame<ValueOf<typeof discount>, Discount>(true);
  isSame<ValueOf<typeof ranking>, "classic" | "semantic">(true);
  isSame<ContextOf<typeof discount>, DiscountContext>(true);
  isSame<ReturnType<typeof ranking>, "classic" | "semantic">(true);
}

export function callMistakes(): void {
  // @ts-expect-error a required attribute is missing
  discount({ targetingKey: user.id });
  // @ts-expect-error the whole context is missing
  discount();
  // @ts-expect-error a misspelled attribute
  discount({ targetingKey: user.id, regoin: "MY" });
  // @ts-expect-error a misspelled optional attribute
  discount({ targetingKey: user.id, region: "MY", paln: "free" });
  // @ts-expect-error a value outside an attribute's enum
  discount({ targetingKey: user.id, region: "XX" });
  // @ts-expect-error an attribute of the wrong type
  discount({ targetingKey: 42, region: "MY" });
  // @ts-expect-error a required attribute that may be undefined
  discount({ targetingKey: user.id as string | undefined, region: "MY" });
  // @ts-expect-error null is not a context
  newCheckout(null);
  // @ts-expect-error a string is not a context
  newCheckout("user-1");
  // @ts-expect-error two contexts
  newCheckout({ targetingKey: user.id }, { targetingKey: user.id });
  // @ts-expect-error a flag without attributes takes no context
  providers({ targetingKey: user.id });
  // @ts-expect-error an attribute that this flag does not read
  ranking({ region: "MY" });
}

export function valueMistakes(): void {
  // @ts-expect-error a boolean flag is not a string
  const text: string = newCheckout({ targetingKey: user.id });
  // @ts-expect-error an enum of two is not any third
  const third: "neural" = ranking();
  // @ts-expect-error a case that cannot be
  if (ranking() === "neural") return;
  // @ts-expect-error a misspelled property of the value
  void discount({ targetingKey: user.id, region: "MY" }).percnet;
  // @ts-expect-error an optional property may be absent
  void discount({ targetingKey: user.id, region: "MY" }).message.length;
  // @ts-expect-error a value is shared and must not be changed
  discount({ targetingKey: user.id, region: "MY" }).percent = 90;
  // @ts-expect-error a list is shared and must not be changed
  providers().push("cash");
  // @ts-expect-error what a flag says of itself is fixed
  discount.default = { percent: 90 };
  void [text, third];
}

export function forgottenCalls(): void {
  // @ts-expect-error a flag is always truthy: it must be called
  if (newCheckout) user.id.trim();
  // @ts-expect-error as a condition of a ternary too
  void (newCheckout ? 1 : 2);
  // @ts-expect-error as a part of a conjunction too
  if (user.id === "" && newCheckout) user.id.trim();
  // @ts-expect-error the function is not the value
  const on: boolean = newCheckout;
  // @ts-expect-error the function has none of the value's properties
  void discount.percent;
  void on;
}

export function clientMistakes(): void {
  // @ts-expect-error the context is missing
  client.get(discount);
  // @ts-expect-error a required attribute is missing
  client.get(discount, { targetingKey: user.id });
  // @ts-expect-error a misspelled attribute
  client.details(newCheckout, { targetingKy: user.id });
  // @ts-expect-error a key instead of a flag
  client.get("discount", { targetingKey: user.id, region: "MY" });
  // @ts-expect-error the result is not a string
  const text: string = client.get(newCheckout, { targetingKey: user.id });

  const anonymous = client.forContext({ region: "MY" });
  // @ts-expect-error the context has no targetingKey, which the flag requires
  anonymous.get(newCheckout);
  // @ts-expect-error so too for details
  anonymous.details(discount);
  // @ts-expect-error a value outside the attribute's enum
  client.forContext({ targetingKey: user.id, region: "XX" }).get(discount);
  // @ts-expect-error an optional attribute of the wrong type
  client.forContext({ targetingKey: user.id, region: "MY", plan: 7 }).get(discount);
  // @ts-expect-error an attribute that the flag may read, of the wrong type
  client.forContext({ region: "XX" }).get(wallet);
  // @ts-expect-error nothing is known of this context
  client.forContext({}).get(newCheckout);
  // @ts-expect-error a string is not a context
  client.forContext("user-1");

  // @ts-expect-error a misspelled key
  void client.getFlag("discuont", { targetingKey: user.id, region: "MY" });
  // @ts-expect-error a required attribute is missing
  void client.getFlag("discount", { targetingKey: user.id });
  // @ts-expect-error a promise is not its value
  const value: Discount = client.getFlag("discount", { targetingKey: user.id, region: "MY" });
  // @ts-expect-error there is no such event
  client.on("change", () => undefined);
  // @ts-expect-error the event has no such member
  client.on("changed", ({ flag }) => flag);
  void [text, value];
}

export function definitionMistakes(): void {
  // @ts-expect-error a default of the wrong type
  const wrong: Flag<boolean> = defineFlag({ key: "x", version: 1, type: "boolean", hash: "h", default: "no" });
  const variant: Flag<Discount> = defineFlag({
    key: "x",
    version: 1,
    type: "object",
    hash: "h",
    default: { percent: 0 },
    // @ts-expect-error a variant of the wrong type
    variants: { a: { percent: "5" } },
  });
  // @ts-expect-error a flag that reads more cannot stand where one that reads less is asked
  const more: Flag<Discount, { readonly targetingKey: string }> = discount;
  // @ts-expect-error a client needs a key
  createClient({ url: "http://127.0.0.1:4400" });
  // @ts-expect-error a time limit is a number
  createClient({ url: "http://127.0.0.1:4400", key: "k", readyTimeoutMs: "5s" });
  void [wrong, variant, more];
}

export function testMistakes(flags: TestFlags): void {
  flags.override(newCheckout, true);
  flags.override(discount, ({ region }) => ({ percent: region === "MY" ? 5 : 0 }));
  variantMatrix({ newCheckout, ranking }).map(
    (values) => [values.newCheckout, values.ranking] satisfies [boolean, string],
  );
  // @ts-expect-error an override of the wrong type
  flags.override(newCheckout, "yes");
  // @ts-expect-error an override that lacks a property
  flags.override(discount, { message: "Five" });
  // @ts-expect-error an override that reads an attribute the flag has not
  flags.override(newCheckout, ({ region }) => region === "MY");
  // @ts-expect-error the matrix has no such flag
  variantMatrix({ newCheckout }).map(({ discount }) => discount);
}

export function browserMistakes(browser: BrowserClient): void {
  const text: readonly string[] = browser.get(providers);
  // @ts-expect-error a flag of the server's output needs a context, which the browser's client has not
  browser.get(newCheckout);
  // @ts-expect-error the context is the client's
  browser.get(providers, { targetingKey: user.id });
  // @ts-expect-error a context is an object
  void browser.setContext("user-1");
  void text;
}
