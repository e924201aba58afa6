import type { FastifyRequest } from "fastify";
import type { Trx } from "../storage/database.ts";
import { findEnvironment, findProject, type Environment, type Project } from "./scope.ts";

/** Of `/projects/:project/environments/:environment`. */
export interface EnvironmentParams {
  readonly project: string;
  readonly environment: string;
}

/** The project and environment that the address names. */
export async function inEnvironment(
  trx: Trx,
  request: FastifyRequest<{ Params: EnvironmentParams }>,
): Promise<readonly [Project, Environment]> {
  const project = await findProject(trx, request.principal, request.params.project);
  return [project, await findEnvironment(trx, request.principal, project, request.params.environment)];
}
