import type { Generator } from "@flagwright/cli";

const names: Generator = {
  interfaceVersion: 1,
  purpose: "The keys of all flags.",
  configure: ({ output }) => ({
    ok: true,
    value: ({ definitions }) => [{ path: output, content: definitions.map(({ key }) => `${key}\n`).join("") }],
  }),
};
export default names;
