import { configDefaults, defineConfig, type ViteUserConfig } from "vitest/config";

/** What `pnpm test` runs. Long property tests and simulations are in `*.long.test.ts`: see `vitest.long.config.ts`. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "conformance/src/**/*.test.ts",
      "examples/*/src/**/*.test.ts",
      "bench/src/*.test.ts",
      "scripts/**/*.test.ts",
    ],
    exclude: [...configDefaults.exclude, "**/*.long.test.ts", "**/fixtures/**", "**/testdata/**"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
export default config;
