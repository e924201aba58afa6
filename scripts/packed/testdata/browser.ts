import { greeting } from "./flags.gen.js";

console.log(greeting() ? "on" : "off");
