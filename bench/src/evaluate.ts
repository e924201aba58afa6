import { compile, parseSnapshot, type Patch } from "@flagwright/runtime";
import { bytesPerCall, median, nanosecondsPerCall, settledHeap, threadMs, work } from "./evaluate-measure.ts";
import { sink } from "./evaluate-loop.ts";
import { allUsed, configurationOf, contexts, flagwright, readyFrom } from "./evaluate-ours.ts";
import { peers, plainOnly } from "./evaluate-peers.ts";
import { type Adapter, manyFlags, PEOPLE, single, type Subject } from "./evaluate-workload.ts";
import { type BenchRow, row } from "./row.ts";

/**
 * Evaluation side by side with the peers, in one process and one run, in time of the thread's processor. Ours counts every answer and asks the clock, as
 * in production; the peers' counting is switched off where they let one.
 */
export async function run(): Promise<readonly BenchRow[]> {
  return [...(await singleFlags()), ...(await bulk()), ...(await loading()), ...patching(), ...(await heap())];
}

const cases = [
  { key: "plain", title: "plain flag", atLeast: 10 },
  { key: "rollout", title: "two conditions and 50 %", atLeast: 10 },
  { key: "twenty", title: "20 rules, 19 miss", atLeast: 5 },
] as const;

async function singleFlags(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [await emptyLoop()];
  const subjects = await loadAll([flagwright, ...peers], single);
  const inMemory = await loadAll(plainOnly, single);
  for (const { key, title, atLeast } of cases) {
    const taking = key === "plain" ? [...subjects, ...inMemory] : subjects;
    const works = await Promise.all(taking.map((subject) => work(subject.name, PEOPLE, subject.asks(key))));
    rows.push(...against(title, "ns/call", await nanosecondsPerCall(works), atLeast));
    const bytes = new Map<string, number>();
    for (const work of works) bytes.set(work.name, await bytesPerCall(work));
    rows.push(...againstBytes(title, bytes));
  }
  await closeAll([...subjects, ...inMemory]);
  return rows;
}

/** It is part of everybody's time, taken off nobody's. */
async function emptyLoop(): Promise<BenchRow> {
  const empty = await work("nothing", PEOPLE, (person) => person > PEOPLE);
  const ours = (await nanosecondsPerCall([empty])).get(empty.name) ?? Number.NaN;
  return row({ case: "the loop around a call", unit: "ns/call", ours, peer: "itself", peerValue: ours });
}

async function bulk(): Promise<readonly BenchRow[]> {
  const subjects = await loadAll([flagwright, ...peers], manyFlags(1000));
  const works = await Promise.all(
    subjects.map((subject) => work(subject.name, PEOPLE, (person) => subject.evaluateAll(person))),
  );
  const rows = against("1,000 flags at once", "ns/call", await nanosecondsPerCall(works), 5);
  await closeAll(subjects);
  return rows;
}

const LOAD_ROUNDS = 7;

/** From the text as it comes over the wire to the first answer. */
async function loading(): Promise<readonly BenchRow[]> {
  const flags = manyFlags(10_000);
  const taking = [flagwright, ...peers].filter(({ document }) => document !== undefined);
  const documents = new Map(taking.map((adapter) => [adapter, adapter.document?.(flags) ?? ""]));
  const times = new Map(taking.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < LOAD_ROUNDS; round++)
    for (const adapter of taking) {
      const document = documents.get(adapter) ?? "";
      const start = threadMs();
      if (adapter === flagwright) readyFrom(document);
      else {
        const subject = await adapter.load(flags, document);
        await subject.asks("flag-1")(0);
        times.get(adapter.name)?.push(threadMs() - start);
        await subject.close();
        continue;
      }
      times.get(adapter.name)?.push(threadMs() - start);
    }
  const medians = new Map([...times].map(([name, all]) => [name, median(all)]));
  const ours = medians.get(flagwright.name) ?? Number.NaN;
  return [
    row({
      case: "10,000 flags: parse and ready",
      unit: "ms",
      ours,
      peer: "the limit of 60 ms",
      peerValue: 60,
      atLeast: 1,
    }),
    ...against("10,000 flags: parse and ready", "ms", medians, 3),
  ];
}

/** One changed flag of 10,000, all of which have been used. */
function patching(): readonly BenchRow[] {
  const parsed = parseSnapshot(JSON.parse(flagwright.document?.(manyFlags(10_000)) ?? ""));
  if (!parsed.ok) throw new Error(parsed.error.message);
  let compiled = compile(parsed.snapshot);
  for (const { key } of parsed.snapshot.flags) compiled.flag(key);
  // The thread's clock is too coarse for one patch.
  const patches = 1000;
  const start = threadMs();
  for (let revision = 1; revision <= patches; revision++) {
    const key = `flag-${(revision * 37) % 10_000}`;
    const patch: Patch = {
      format: 1,
      epoch: 1,
      from: revision,
      to: revision + 1,
      put: { flags: [configurationOf({ key, kind: "rollout" })], segments: [] },
      delete: { flags: [], segments: [] },
    };
    compiled = compiled.patched(patch);
    compiled.flag(key)?.evaluate({ ...contexts[revision % PEOPLE] }, 0);
  }
  return [
    row({
      case: "10,000 flags: patch of one",
      unit: "ms",
      ours: (threadMs() - start) / patches,
      peer: "the limit of 1 ms",
      peerValue: 1,
      atLeast: 1,
    }),
  ];
}

/** Heap per flag, with every flag evaluated once; the document, and the flags of the code, do not count. */
async function heap(): Promise<readonly BenchRow[]> {
  const flags = manyFlags(10_000);
  const bytes = new Map<string, number>();
  for (const adapter of [flagwright, ...peers])
    bytes.set(adapter.name, Math.max(1, (await heapHeldBy(adapter, flags)) / flags.length));
  return against("heap per flag, 10,000 flags, all used", "B", bytes);
}

/** A function of its own, so that nothing of one adapter is still held while the next one is measured. */
async function heapHeldBy(adapter: Adapter, flags: Parameters<Adapter["load"]>[0]): Promise<number> {
  const document = adapter.document?.(flags) ?? "";
  const before = await settledHeap();
  if (adapter === flagwright) {
    const used = allUsed(document);
    const held = (await settledHeap()) - before;
    sink.answer = used;
    return held;
  }
  const subject = await adapter.load(flags, document);
  for (const { key } of flags) await subject.asks(key)(0);
  const held = (await settledHeap()) - before;
  await subject.close();
  return held;
}

async function loadAll(
  adapters: readonly Adapter[],
  flags: Parameters<Adapter["load"]>[0],
): Promise<readonly Subject[]> {
  const subjects: Subject[] = [];
  for (const adapter of adapters) subjects.push(await adapter.load(flags, adapter.document?.(flags) ?? ""));
  return subjects;
}

async function closeAll(subjects: readonly Subject[]): Promise<void> {
  for (const subject of subjects) await subject.close();
}

/** A row for each peer; the target stands beside the best of them. */
function against(
  title: string,
  unit: string,
  measured: ReadonlyMap<string, number>,
  atLeast?: number,
): readonly BenchRow[] {
  const ours = measured.get(flagwright.name) ?? Number.NaN;
  const others = [...measured].filter(([name]) => name !== flagwright.name).sort((a, b) => a[1] - b[1]);
  return others.map(([peer, peerValue], place) =>
    row({ case: title, unit, ours, peer, peerValue, ...(place === 0 && atLeast !== undefined ? { atLeast } : {}) }),
  );
}

/** Nothing at all cannot be a divisor: ratios are taken as if ours were at least one byte. */
function againstBytes(title: string, measured: ReadonlyMap<string, number>): readonly BenchRow[] {
  const whole = new Map([...measured].map(([name, bytes]) => [name, Math.max(1, Math.round(bytes))]));
  return against(`${title}: allocated`, "B/call", whole);
}
