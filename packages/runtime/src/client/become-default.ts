import { type DefaultClient, registry } from "../codegen/v1/registry.ts";

/**
 * The first client answers at once, so that flags can say that it is not ready. One that takes the place of another
 * does so when it is ready, so that no flag falls back to its default in between.
 */
export async function becomeDefault(core: DefaultClient & { readonly ready: Promise<unknown> }): Promise<void> {
  const before = registry.client;
  if (before === undefined) registry.client = core;
  await core.ready;
  if (before === undefined) return;
  registry.client = core;
  await before.close?.();
}
