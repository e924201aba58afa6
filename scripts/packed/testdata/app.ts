import { connect } from "@flagwright/runtime/node";
import { discount, greeting } from "./flags.gen.js";

export async function main(): Promise<number> {
  const client = await connect({ url: "http://127.0.0.1:4400", key: "" });
  const { percent } = discount({ targetingKey: "u1", region: "MY" });
  const hello: boolean = greeting();
  // @ts-expect-error a region that the context schema does not have
  discount({ targetingKey: "u1", region: "XX" });
  // @ts-expect-error the required attribute is missing
  discount({ targetingKey: "u1" });
  // @ts-expect-error the value has no such property
  void discount({ targetingKey: "u1", region: "MY" }).percnet;
  await client.close();
  return hello ? percent : 0;
}
