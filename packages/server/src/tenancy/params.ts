import type { FastifyRequest } from "fastify";
import type { Principal } from "../access/access.ts";
import type { Trx } from "../storage/database.ts";
import { findEnvironment, findProject, type Environment, type Project } from "./scope.ts";

/** Of `/projects/:project/environments/:environment`. */
export interface EnvironmentParams {
  readonly project: string;
  readonly environment: string;
}

type Place = readonly [Project, Environment];

/** Where requests went lately, for the one thing that must work while the database is away. */
const known = new Map<string, Place>();
const MAX_KNOWN = 1_000;

/** The project and environment that the address names. */
export async function inEnvironment(trx: Trx, request: FastifyRequest<{ Params: EnvironmentParams }>): Promise<Place> {
  const { principal, params } = request;
  const project = await findProject(trx, principal, params.project);
  const place: Place = [project, await findEnvironment(trx, principal, project, params.environment)];
  const name = nameOf(principal, params);
  known.delete(name);
  known.set(name, place);
  const [oldest] = known.keys();
  if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
  return place;
}

/** What the address named when this key last used it. */
export function lastKnown(principal: Principal, params: EnvironmentParams): Place | undefined {
  return known.get(nameOf(principal, params));
}

function nameOf(principal: Principal, { project, environment }: EnvironmentParams): string {
  return JSON.stringify([principal.keyId, project, environment]);
}
