import peer from "json-schema-diff";
import { compareSchemas } from "@flagwright/schema";
import { corpus } from "../../packages/schema/src/compatibility/corpus/corpus.ts";
import type { Pair, Relation } from "../../packages/schema/src/compatibility/corpus/pair.ts";
import { row, type BenchRow } from "./row.ts";

/**
 * How often the verdict about two schemas is right, and how fast it comes. The pairs are those of the corpus, whose
 * relation is known; a pair has two directions. A peer that throws has not answered, which is not right either.
 */

type Answers = readonly [previousInCurrent: boolean | undefined, currentInPrevious: boolean | undefined];

const expected: Record<Relation, Answers> = {
  same: [true, true],
  wider: [true, false],
  narrower: [false, true],
  apart: [false, false],
};

/** What a peer must not do: say that a break is none. */
interface Score {
  readonly right: number;
  readonly missed: number;
  readonly pairsPerSecond: number;
}

/** Pairs that a person would call ordinary come through at this rate at least. */
const leastPairsPerSecond = 200;

export async function run(): Promise<readonly BenchRow[]> {
  const pairs = Object.values(corpus).flat();
  await score(pairs, ours);
  const our = await score(pairs, ours);
  const diff = await score(pairs, jsonSchemaDiff);
  return [
    row({
      case: "verdicts that are right",
      unit: "%",
      ours: our.right,
      peer: "json-schema-diff",
      peerValue: diff.right,
      better: "higher",
      atLeast: 1.2,
    }),
    row({
      case: "breaks that are seen",
      unit: "%",
      ours: 100 - our.missed,
      peer: "json-schema-diff",
      peerValue: 100 - diff.missed,
      better: "higher",
      atLeast: 1,
    }),
    row({
      case: "pairs compared, both directions",
      unit: "pairs/s",
      ours: our.pairsPerSecond,
      peer: "json-schema-diff",
      peerValue: diff.pairsPerSecond,
      better: "higher",
    }),
    row({
      case: "pairs compared, both directions",
      unit: "pairs/s",
      ours: our.pairsPerSecond,
      peer: "required",
      peerValue: leastPairsPerSecond,
      better: "higher",
      atLeast: 1,
    }),
  ];
}

async function score(pairs: readonly Pair[], answer: (pair: Pair) => Answers | Promise<Answers>): Promise<Score> {
  let right = 0;
  let breaks = 0;
  let missed = 0;
  const start = performance.now();
  for (const pair of pairs) {
    const answers = await answer(pair);
    for (const [direction, truth] of expected[pair[0]].entries()) {
      if (answers[direction] === truth) right += 1;
      if (truth === false) breaks += 1;
      if (truth === false && answers[direction] === true) missed += 1;
    }
  }
  const seconds = (performance.now() - start) / 1_000;
  return {
    right: (100 * right) / (2 * pairs.length),
    missed: (100 * missed) / breaks,
    pairsPerSecond: pairs.length / seconds,
  };
}

function ours([, , previous, current]: Pair): Answers {
  const { previousInCurrent, currentInPrevious } = compareSchemas(previous, current);
  const asBoolean = { yes: true, no: false, unknown: undefined };
  return [asBoolean[previousInCurrent.answer], asBoolean[currentInPrevious.answer]];
}

async function jsonSchemaDiff([, , previous, current]: Pair): Promise<Answers> {
  try {
    const schemas = { sourceSchema: previous, destinationSchema: current } as Parameters<typeof peer.diffSchemas>[0];
    const { removalsFound, additionsFound } = await peer.diffSchemas(schemas);
    return [!removalsFound, !additionsFound];
  } catch {
    return [undefined, undefined];
  }
}
