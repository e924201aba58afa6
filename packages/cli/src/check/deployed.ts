import { type DeployedReaders, type FlagDefinition, type StoredFlag, wireKey } from "@flagwright/schema";
import type { ManagementApi, Place } from "../api/management-api.ts";
import { count } from "../output/text.ts";

/** What an environment holds and who reads it now. */
export interface Deployed {
  readonly stored: readonly StoredFlag[];
  readonly readers: readonly DeployedReaders[];
  /** What the server cannot know, in sentences. */
  readonly gaps: readonly string[];
}

export async function readDeployed(api: ManagementApi, at: Place): Promise<Deployed> {
  const { environment } = at;
  const [{ items: flags }, { items: nodes, allNodes, definitions }] = await Promise.all([
    api.flags(at),
    api.readers(at),
  ]);
  const pushed = new Map(definitions.map((each) => [nameOf(wireKey(each), each.schemaHash), each]));
  const groups = new Map<
    string,
    { readonly flag: string; readonly schemaHash: string; clients: Map<string, number> }
  >();
  let silent = 0;
  for (const node of nodes) {
    silent += node.silent;
    for (const { service, version, clients, schemas } of node.readers) {
      if (Object.keys(schemas).length === 0) silent += clients;
      for (const [flag, schemaHash] of Object.entries(schemas)) {
        const name = nameOf(flag, schemaHash);
        const group = groups.get(name) ?? { flag, schemaHash, clients: new Map<string, number>() };
        const build = `${service} ${version}`.trim();
        group.clients.set(build, (group.clients.get(build) ?? 0) + clients);
        groups.set(name, group);
      }
    }
  }
  return {
    stored: flags.map(({ key, state }) => ({ environment, flag: key, state })),
    readers: [...groups].map(([name, { flag, schemaHash, clients }]) => ({
      environment,
      flag,
      schemaHash,
      services: [...clients].map(([build, number]) => `${count(number, "client")} of ${build}`),
      ...withDefinition(pushed.get(name)),
    })),
    gaps: [
      ...(silent === 0 ? [] : [`${count(silent, "client")} in ${environment} did not say which schemas they have.`]),
      ...(allNodes ? [] : ["Not every node of the server could be asked which clients it has."]),
    ],
  };
}

function nameOf(flag: string, schemaHash: string): string {
  return `${flag} ${schemaHash}`;
}

function withDefinition(definition: FlagDefinition | undefined): { readonly definition?: FlagDefinition } {
  return definition === undefined ? {} : { definition };
}
