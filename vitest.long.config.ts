import { defineConfig, type ViteUserConfig } from "vitest/config";

/** What `pnpm test:long` runs: minutes to an hour, the same properties as the short tests over many more cases. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ["packages/*/src/**/*.long.test.ts", "conformance/src/**/*.long.test.ts"],
    testTimeout: 60 * 60_000,
    hookTimeout: 120_000,
  },
});
export default config;
