const { compile, parseSnapshot } = require("@flagwright/runtime");
const { connect } = require("@flagwright/runtime/node");

const parsed = parseSnapshot({
  format: 1,
  organization: "o",
  project: "p",
  environment: "e",
  epoch: 1,
  revision: 1,
  segments: [],
  flags: [
    {
      key: "greeting",
      type: "boolean",
      schemaHash: "x",
      visibility: "server",
      default: false,
      variants: [
        ["on", true],
        ["off", false],
      ],
      salt: "greeting",
      bucketBy: null,
      on: true,
      prerequisites: [],
      targets: [],
      rules: [],
      otherwise: { variant: "on" },
    },
  ],
});
const { value } = compile(parsed.snapshot).flag("greeting").evaluate({}, 0);
console.log(`greeting ${value}, ${typeof connect}`);
