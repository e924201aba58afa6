import type { Bus } from "./bus.ts";
import type { EnvironmentView, NodeView } from "./cluster-view.ts";
import type { Timing } from "./timing.ts";

export interface ClusterOptions {
  readonly node: string;
  readonly region: string;
  readonly bus: Bus;
  readonly timing: Timing;
  /** The environments that this node has open, and what it knows of one. */
  readonly environments: () => Iterable<string>;
  readonly own: (environmentId: string) => EnvironmentView | undefined;
  /** Somebody waits for this node and its clients to say where they are. */
  readonly onAsked?: (environmentId: string) => void;
}

/** How often nodes tell each other what they know, when nothing happens and when something does. */
const TELL_MS = 2_000;
const TELL_SOON_MS = 150;
/** A node that has said nothing for this long is gone. */
const GONE_MS = 3 * TELL_MS;
/** Beyond this a message would crowd the bus; then schemas are left out. */
const MAX_MESSAGE = 512 * 1024;
const PREFIX = "view ";
const ASK = "ask ";

/** A node that is there. */
export interface NodeKnown {
  readonly node: string;
  readonly region: string;
  /** When it last said anything, by this node's clock. */
  readonly heardAt: number;
  /** Absent when it holds no copy of the environment. */
  readonly view?: EnvironmentView;
}

/** What all nodes know together. While the bus is down it is what this node knows, and says so. */
export class Cluster {
  readonly #options: ClusterOptions;
  readonly #others = new Map<string, { readonly view: NodeView; readonly at: number }>();
  #cancel: (() => void) | undefined;
  #soon = false;
  #closed = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    options.bus.onGossip((message) => this.#hear(message));
  }

  start(): void {
    if (this.#options.bus.status().kind !== "in-process") this.#tellIn(TELL_MS);
  }

  /** Something has changed that others may be waiting to hear. */
  touch(): void {
    if (this.#closed || this.#soon || this.#options.bus.status().kind === "in-process") return;
    this.#soon = true;
    this.#cancel?.();
    this.#tellIn(TELL_SOON_MS);
  }

  /** Asks all nodes to say now what they know of an environment, instead of with their next turn. */
  ask(environmentId: string): void {
    if (this.#closed) return;
    this.#options.onAsked?.(environmentId);
    if (this.#options.bus.status().kind === "in-process") return;
    // Who does not hear it speaks up by itself a little later.
    void this.#options.bus.gossip(`${ASK}${environmentId}`).catch(() => {});
  }

  /** True when every node can be heard. */
  get complete(): boolean {
    return this.#options.bus.status().up;
  }

  /** Of each node that is there: its name, its region and what it knows of the environment. */
  of(environmentId: string): readonly NodeKnown[] {
    const { node, region, own, timing } = this.#options;
    const view = own(environmentId);
    const here = { node, region, heardAt: timing.now(), ...(view === undefined ? {} : { view }) };
    const since = timing.now() - GONE_MS;
    const others = [...this.#others.values()].flatMap((other) => {
      if (other.at < since) return [];
      const { environments } = other.view;
      const there = Object.hasOwn(environments, environmentId) ? environments[environmentId] : undefined;
      const { node: name, region: where } = other.view;
      return [{ node: name, region: where, heardAt: other.at, ...(there === undefined ? {} : { view: there }) }];
    });
    return [here, ...others];
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #tellIn(ms: number): void {
    const { timing } = this.#options;
    this.#cancel = timing.after(ms * (0.75 + timing.random() / 4), () => {
      this.#soon = false;
      // What gets lost is told again with the next.
      void this.#options.bus.gossip(this.#message()).catch(() => {});
      if (!this.#closed && !this.#soon) this.#tellIn(TELL_MS);
    });
  }

  #message(): string {
    const { node, region, own } = this.#options;
    const environments = Object.fromEntries(
      [...this.#options.environments()].flatMap((id) => {
        const view = own(id);
        return view === undefined ? [] : [[id, view] as const];
      }),
    );
    const message = `${PREFIX}${JSON.stringify({ node, region, environments } satisfies NodeView)}`;
    if (message.length <= MAX_MESSAGE) return message;
    const bare = Object.fromEntries(
      Object.entries(environments).map(([id, view]) => [
        id,
        { ...view, readers: view.readers.map((group) => ({ ...group, schemas: {} })) },
      ]),
    );
    return `${PREFIX}${JSON.stringify({ node, region, environments: bare } satisfies NodeView)}`;
  }

  #hear(message: string): void {
    if (message.startsWith(ASK)) {
      this.#options.onAsked?.(message.slice(ASK.length));
      this.touch();
    }
    if (!message.startsWith(PREFIX)) return;
    try {
      const view = JSON.parse(message.slice(PREFIX.length)) as NodeView;
      if (view.node !== this.#options.node) this.#others.set(view.node, { view, at: this.#options.timing.now() });
      for (const [node, { at }] of this.#others)
        if (at < this.#options.timing.now() - GONE_MS) this.#others.delete(node);
    } catch {
      // Only nodes of ours talk here; one of another version may say what we cannot read.
    }
  }
}
