import type { EvaluationDetails } from "../evaluation/details.ts";

/**
 * Is told of every answer a client gives. What it throws is told to the logger and harms no answer; without hooks
 * answers cost nothing more.
 */
export interface Hook {
  evaluated(details: EvaluationDetails<unknown>, context: unknown, environment: HookEnvironment | undefined): void;
}

/** Where the answer comes from; absent before there are flags. */
export interface HookEnvironment {
  readonly organization: string;
  readonly project: string;
  readonly environment: string;
}
