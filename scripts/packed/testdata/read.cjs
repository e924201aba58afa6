const { bucketOf } = require("@flagwright/runtime");
const { connect } = require("@flagwright/runtime/node");

const bucket = bucketOf("salt", "u1");
console.log(`bucket ${Number.isInteger(bucket) && bucket >= 0 && bucket < 100_000 && typeof connect === "function"}`);
