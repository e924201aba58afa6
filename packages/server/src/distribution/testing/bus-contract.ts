import { afterEach, describe, expect, test } from "vitest";
import type { Announcement } from "../announcement.ts";
import type { Bus, BusListener } from "../bus.ts";
import type { EnvironmentName } from "../change-source.ts";

export const production: EnvironmentName = { organization: "default", project: "shop", environment: "production" };
export const staging: EnvironmentName = { ...production, environment: "staging" };

export const announcement = (revision: number, data = `{"n":${revision}}`): Announcement => ({
  event: "patch",
  epoch: 1_764_547_200_000,
  revision,
  data,
});

/** Waits until `look` says true; a bus needs a moment. */
export async function eventually(look: () => boolean, withinMs = 10_000): Promise<void> {
  const until = Date.now() + withinMs;
  while (!look()) {
    if (Date.now() > until) throw new Error(`not within ${withinMs} ms: ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Writes down what a listener hears. */
export interface Recorder {
  readonly heard: Announcement[];
  readonly lost: () => number;
  readonly revisions: () => number[];
  readonly listener: BusListener;
}

export function recorder(): Recorder {
  const heard: Announcement[] = [];
  let lost = 0;
  return {
    heard,
    lost: () => lost,
    revisions: () => heard.map((each) => each.revision),
    listener: { announced: (each: Announcement) => void heard.push(each), lost: () => void lost++ },
  };
}

/** What every bus does. `open` gives the bus of one more node of the same cluster. */
export function busContract(name: string, open: () => Promise<Bus>): void {
  describe(`the contract of a bus: ${name}`, () => {
    const buses: Bus[] = [];
    const node = async (): Promise<Bus> => {
      const bus = await open();
      buses.push(bus);
      await eventually(() => bus.status().up);
      return bus;
    };
    afterEach(async () => {
      await Promise.all(buses.splice(0).map((bus) => bus.close()));
    });

    test("what one node publishes reaches every node, itself too, in order", async () => {
      const [one, two] = [await node(), await node()];
      const [atOne, atTwo] = [recorder(), recorder()];
      await one.subscribe(production, atOne.listener);
      await two.subscribe(production, atTwo.listener);
      await one.publish(production, [announcement(1), announcement(2)]);
      await one.publish(production, [announcement(3)]);
      const three = [announcement(1), announcement(2), announcement(3)];
      await eventually(() => atOne.heard.length >= 3 && atTwo.heard.length >= 3);
      expect(atOne.heard).toEqual(three);
      expect(atTwo.heard).toEqual(three);
    });

    test("nothing published after a subscription is missed, also by the second who subscribes", async () => {
      const bus = await node();
      for (let round = 0; round < 10; round++) {
        const [first, second] = [recorder(), recorder()];
        const name = { ...production, environment: `e${round}` };
        await Promise.all([bus.subscribe(name, first.listener), bus.subscribe(name, second.listener)]);
        await bus.publish(name, [announcement(round)]);
        await eventually(() => first.heard.length === 1 && second.heard.length === 1);
        expect([...first.revisions(), ...second.revisions()]).toEqual([round, round]);
      }
    });

    test("environments do not hear each other", async () => {
      const bus = await node();
      const [here, there] = [recorder(), recorder()];
      await bus.subscribe(production, here.listener);
      await bus.subscribe(staging, there.listener);
      await bus.publish(staging, [announcement(1)]);
      await bus.publish(production, [announcement(2)]);
      await eventually(() => here.heard.length === 1 && there.heard.length === 1);
      expect([here.revisions(), there.revisions()]).toEqual([[2], [1]]);
    });

    test("who has unsubscribed hears nothing more, and others still do", async () => {
      const bus = await node();
      const [gone, left] = [recorder(), recorder()];
      const subscription = await bus.subscribe(production, gone.listener);
      await bus.subscribe(production, left.listener);
      subscription.close();
      await bus.publish(production, [announcement(1)]);
      await eventually(() => left.heard.length === 1);
      expect(gone.heard).toEqual([]);
    });

    test("data arrives as it was, whatever is in it", async () => {
      const bus = await node();
      const { heard, listener } = recorder();
      await bus.subscribe(production, listener);
      const data = JSON.stringify({ text: "\u0000\r\n\u2028 ☃ 𝄞 \ud800", long: "x".repeat(1_000_000) });
      await bus.publish(production, [{ ...announcement(1, data), event: "purge" }]);
      await eventually(() => heard.length === 1);
      expect(heard[0]?.event).toBe("purge");
      expect(heard[0]?.data === data).toBe(true);
    });

    test("gossip reaches every node", async () => {
      const [one, two] = [await node(), await node()];
      const heard: string[] = [];
      one.onGossip((message) => heard.push(`one ${message}`));
      two.onGossip((message) => heard.push(`two ${message}`));
      await one.gossip("hello");
      await eventually(() => heard.length === 2);
      expect(heard.toSorted()).toEqual(["one hello", "two hello"]);
    });

    test("a closed bus says so and takes nothing", async () => {
      const bus = await node();
      await bus.close();
      expect(bus.status().up).toBe(false);
      await expect(bus.publish(production, [announcement(1)])).rejects.toThrow(/./);
    });
  });
}
