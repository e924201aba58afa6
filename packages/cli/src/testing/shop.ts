/** A small project with a flag of each sort that the commands treat differently. */
export const shop: { readonly [path: string]: string } = {
  "flagwright.yaml":
    "project: shop\ncontext:\n  region: { enum: [MY, SG] }\nenvironments: [development, production, qa]\n" +
    "generate:\n  - { target: typescript, output: src/flags.gen.ts }\n",
  "flags/new-checkout.yaml":
    "flag: new-checkout\nversion: 1\ndescription: The one-page checkout.\nowner: team-checkout\nkind: release\n" +
    "created: 2026-10-01\nexpires: 2027-12-31\nvalue: boolean\ndefault: false\ncontext: { optional: [region] }\n",
  "flags/discount.yaml":
    "flag: discount\nversion: 1\ndescription: Taken off the total.\nowner: team-pricing\nkind: experiment\n" +
    "created: 2026-10-01\nexpires: 2027-12-31\n" +
    "value:\n  type: object\n  required: [percent]\n  properties: { percent: { type: number, minimum: 0, maximum: 90 } }\n" +
    "  additionalProperties: false\n" +
    "default: { percent: 0 }\nvariants: { none: { percent: 0 }, small: { percent: 5 } }\n",
  "flags/timeout-ms.yaml":
    "flag: timeout-ms\nversion: 1\ndescription: How long a search may take.\nowner: team-search\nkind: configuration\n" +
    "value: { type: integer, minimum: 50, maximum: 10000 }\ndefault: 800\nvariants: { normal: 800, strict: 250 }\n",
};
