import { connect, staticSource } from "@flagwright/runtime";
import { discount } from "./flags.gen";
import * as sharded from "./sharded/index";

/** As a server would send it: of a schema that this code does not know, so that the validator is asked. */
function snapshot(revision: number, percent: number): object {
  const served = { key: "discount", type: "object", schemaHash: "another", visibility: "server", salt: "discount" };
  const flag = {
    ...served,
    default: { percent: 0 },
    variants: [["now", { percent }]],
    bucketBy: null,
    on: true,
    prerequisites: [],
    targets: [],
    rules: [],
    otherwise: { variant: "now" },
  };
  const of = { format: 1, organization: "o", project: "p", environment: "e", epoch: 1, segments: [] };
  return { ...of, revision, flags: [flag] };
}

async function main(): Promise<void> {
  for (const [revision, percent] of [5, 500].entries()) {
    const client = await connect({ source: staticSource(snapshot(revision + 1, percent) as never) });
    const context = { targetingKey: "u1", region: "MY" } as const;
    console.log(`${typeof require} ${discount(context).percent} ${sharded.discount(context).percent}`);
    await client.close();
  }
}
void main();
