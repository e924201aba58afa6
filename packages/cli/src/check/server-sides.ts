import { bundleProject, readProject } from "@flagwright/schema";
import type { ManagementApi } from "../api/management-api.ts";
import type { Sides } from "./sides.ts";

/** Compares with what the server holds: the current versions that were pushed last. */
export async function serverSides(root: string, api: ManagementApi, project: string): Promise<Sides> {
  const previous = bundleProject(await api.definitions(project));
  const current = readProject(root);
  return { previous, current, against: "server", earlier: [], expiries: new Map(), previousFiles: new Map() };
}
