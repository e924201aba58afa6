/**
 * Flags for tests: the values that a test needs, without a server.
 *
 * @module
 */
export { type TestFlags, testFlags, type TestFlagsOptions, variantMatrix } from "./client/test-flags.ts";
