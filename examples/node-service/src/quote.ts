import { newCheckout, paymentProviders, regionalDiscount } from "./flags.gen.ts";

export type Region = "ID" | "MY" | "SG" | "TH";

export interface Cart {
  readonly user: string;
  readonly region: Region;
  /** Before any discount, in the currency's smallest unit. */
  readonly total: number;
}

export interface Quote {
  readonly checkout: "one-page" | "three-steps";
  readonly total: number;
  readonly message: string | undefined;
  readonly pay: readonly string[];
}

/** What the checkout shows for a cart. Every decision is a flag, and every flag has a type. */
export function quote({ user, region, total }: Cart): Quote {
  const { percent, message } = regionalDiscount({ targetingKey: user, region });
  return {
    checkout: newCheckout({ targetingKey: user, region }) ? "one-page" : "three-steps",
    total: Math.round(total * (1 - percent / 100)),
    message,
    pay: paymentProviders({ region }),
  };
}
