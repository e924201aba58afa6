import { compile } from "@flagwright/runtime";
import { Replica } from "../../../../runtime/src/client/replica.ts";
import type { OpenChannel } from "../channels.ts";
import type { Member } from "../fan-out.ts";
import { contentOf, type SimulatedTruth } from "./simulated-truth.ts";

/** The SDK's own replica behind a connection that may be slow, cut or half open. Checks everything it is sent. */
export class SimulatedClient {
  readonly name: string;
  readonly #truth: SimulatedTruth;
  readonly #fail: (message: string) => void;
  readonly replica: Replica = new Replica((snapshot, previous) =>
    compile(snapshot, previous === undefined ? {} : { previous }),
  );
  #session: { readonly member: Member; readonly channel: OpenChannel; unread: Buffer[] } | undefined;
  slow = false;
  /** A stream without a full snapshot is needed after a gap. */
  #forget = false;

  readonly #reads: ReadonlySet<string> | undefined;

  constructor(
    name: string,
    truth: SimulatedTruth,
    fail: (message: string) => void,
    /** The hot flags that it reads; any when absent. */
    reads?: ReadonlySet<string>,
  ) {
    this.#reads = reads;
    this.name = name;
    this.#truth = truth;
    this.#fail = fail;
  }

  get connected(): boolean {
    return this.#session !== undefined;
  }

  isMember(member: Member): boolean {
    return this.#session?.member === member;
  }

  connect(channel: OpenChannel): void {
    const session: { member: Member; channel: OpenChannel; unread: Buffer[] } = {
      channel,
      unread: [],
      member: {
        connection: {
          write: (bytes) => {
            if (this.#session !== session) return false;
            session.unread.push(bytes);
            if (!this.slow) this.read();
            return session.unread.length === 0;
          },
          end: () => this.cut(),
          destroy: () => this.cut(),
        },
        keyId: "key",
        order: this.#forget || this.replica.order === undefined ? undefined : { ...pick(this.replica.order) },
        killSequence: undefined,
        blockedSince: undefined,
        ...(this.#reads === undefined ? {} : { reads: this.#reads }),
      },
    };
    this.#forget = false;
    this.#session = session;
    channel.sdk.join(session.member);
  }

  /** What was on its way is lost. */
  cut(): void {
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined) session.channel.sdk.leave(session.member);
  }

  read(): void {
    const session = this.#session;
    if (session === undefined) return;
    const bytes = Buffer.concat(session.unread).toString();
    session.unread = [];
    for (const block of bytes.split("\n\n")) if (block !== "" && this.#session === session) this.#take(block);
    if (this.#session === session && session.member.blockedSince !== undefined)
      session.channel.sdk.drained(session.member);
  }

  #take(block: string): void {
    const event = /^event: (\w+)$/m.exec(block)?.[1];
    const id = /^id: (.*)$/m.exec(block)?.[1];
    const data: unknown = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? "null");
    const before = this.replica.order;
    const outcome =
      event === "snapshot"
        ? this.replica.snapshot(data)
        : event === "purge"
          ? this.replica.snapshot((data as { snapshot: unknown }).snapshot, { purge: true })
          : event === "patch"
            ? this.replica.patch(data)
            : event === "kill"
              ? this.replica.kill(data)
              : event === "heartbeat"
                ? this.replica.compare(data as { epoch: number; revision: number })
                : undefined;
    if (outcome === undefined) return;
    if (outcome.verdict === "refused") this.#fail(`${this.name} was sent what it cannot read: ${outcome.message}`);
    if ((event === "kill" || event === "heartbeat") !== (id === undefined)) this.#fail(`${event} has the id ${id}`);
    const after = this.replica.order;
    if (before !== undefined && after !== undefined) {
      if (after.epoch < before.epoch || (after.epoch === before.epoch && after.revision < before.revision))
        this.#fail(`${this.name} went back from ${name(before)} to ${name(after)}`);
    }
    if (outcome.verdict === "gap") {
      if (event === "patch")
        this.#fail(`${this.name} at ${before && name(before)} was sent a patch with a gap: ${block}`);
      this.#forget = true;
      this.cut();
      return;
    }
    this.check();
  }

  /** What it has is what the truth was at that revision. */
  check(): void {
    const order = this.replica.order;
    const base = this.replica.current?.snapshot;
    if (order === undefined || base === undefined || this.replica.overlays.length > 0) return;
    const expected = this.#truth.history.get(name(order));
    if (expected === undefined) this.#fail(`${this.name} is at ${name(order)}, which never was`);
    else if (contentOf(base) !== expected) this.#fail(`${this.name} has something else at ${name(order)}`);
  }
}

const pick = ({ epoch, revision }: { epoch: number; revision: number }) => ({ epoch, revision });
const name = ({ epoch, revision }: { epoch: number; revision: number }): string => `${epoch}-${revision}`;
