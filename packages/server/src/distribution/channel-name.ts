import type { EnvironmentName } from "./change-source.ts";

/** Keys hold no colon, so no two environments share a name. */
export function channelName({ organization, project, environment }: EnvironmentName): string {
  return `${organization}:${project}:${environment}`;
}
