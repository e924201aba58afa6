import { defineFlag } from "@flagwright/runtime/codegen/v1";

const discount = defineFlag({
  key: "discount",
  version: 1,
  type: "object",
  hash: "x",
  default: { percent: 0 },
  variants: {},
});
console.log(`percent ${discount({ targetingKey: "u1", region: "MY" }).percent}`);
