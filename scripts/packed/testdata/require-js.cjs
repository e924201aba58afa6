const { discount, greeting } = require("./js/index.js");

const percent = discount({ targetingKey: "u1", region: "MY" }).percent;
console.log(`percent ${percent}, greeting ${greeting()}`);
