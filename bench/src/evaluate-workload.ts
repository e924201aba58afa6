/** What every system is asked, in words of none: each adapter writes it in its own format. */
export interface WorkloadFlag {
  readonly key: string;
  /**
   * `plain`: on for everybody. `rollout`: for region MY or SG and plan pro, half of the people. `twenty`: twenty rules
   * about one attribute, of which the last matches.
   */
  readonly kind: "plain" | "rollout" | "twenty";
}

export interface Person {
  readonly id: string;
  readonly region: string;
  readonly plan: string;
  readonly cohort: string;
}

export const PEOPLE = 1000;
export const RULES = 20;
export const regions: readonly string[] = ["MY", "SG"];

/** Two in three are in the regions and three in four are on the plan, so that conditions go both ways. */
export const people: readonly Person[] = Array.from({ length: PEOPLE }, (_, index) => ({
  id: `user-${(index * 7919) % 100_003}`,
  region: ["MY", "SG", "TH"][index % 3] ?? "",
  plan: index % 4 === 0 ? "free" : "pro",
  cohort: `c${RULES}`,
}));

export const single: readonly WorkloadFlag[] = [
  { key: "plain", kind: "plain" },
  { key: "rollout", kind: "rollout" },
  { key: "twenty", kind: "twenty" },
];

/** Half of the flags plain, half a rollout: what an application of many flags looks like. */
export function manyFlags(count: number): readonly WorkloadFlag[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `flag-${index}`,
    kind: index % 2 === 0 ? ("plain" as const) : ("rollout" as const),
  }));
}

/** One system, loaded with flags and ready. */
export interface Subject {
  readonly name: string;
  /** What asks about one flag: the answer for the person of this number, or a promise where there is no other way. */
  asks(key: string): (person: number) => unknown;
  /** Answers of all flags for one person, by the system's own call where it has one. */
  evaluateAll(person: number): unknown;
  close(): Promise<void> | void;
}

export interface Adapter {
  readonly name: string;
  /** Flags in the system's own format, as it comes over the wire; `undefined` when it takes none. */
  readonly document: ((flags: readonly WorkloadFlag[]) => string) | undefined;
  /** Starts from the document, or from the flags where there is no document. */
  load(flags: readonly WorkloadFlag[], document: string): Promise<Subject>;
}
