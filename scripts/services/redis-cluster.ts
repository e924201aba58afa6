import { connect } from "node:net";
import { freePort, type RedisService, startRedis } from "./redis.ts";

/** A private Redis Cluster for tests: masters on loopback, each with an equal share of the slots, without replicas. */
export interface RedisClusterService {
  readonly masters: readonly RedisService[];
  /** `redis+cluster://127.0.0.1:<port>,…` */
  readonly url: string;
  /** Adds a node without slots: a master, or a replica of the master with this index. */
  add(replicaOf?: number): Promise<RedisService>;
  stop(): Promise<void>;
}

const SLOTS = 16_384;
/** Nodes tell each other about themselves within a second or two. */
const AGREE_MS = 20_000;
const MASTERS = 3;

/** `extra` are settings that each of them gets. */
export async function startRedisCluster(extra: readonly string[] = []): Promise<RedisClusterService> {
  const nodes: RedisService[] = [];
  let firstBusPort = 0;
  const start = async (): Promise<RedisService> => {
    const busPort = await freePort();
    const settings = [
      "--cluster-enabled",
      "yes",
      "--cluster-node-timeout",
      "1000",
      "--cluster-port",
      `${busPort}`,
      "--repl-diskless-sync-delay",
      "0",
    ];
    const node = await startRedis([...settings, ...extra]);
    nodes.push(node);
    // Different epochs from the beginning, so that nobody has to settle who is newer.
    await redisCommand(node.port, `CLUSTER SET-CONFIG-EPOCH ${nodes.length}`);
    if (nodes[0] !== node) await redisCommand(node.port, `CLUSTER MEET 127.0.0.1 ${nodes[0]?.port} ${firstBusPort}`);
    else firstBusPort = busPort;
    return node;
  };
  const stop = async (): Promise<void> => void (await Promise.all(nodes.map((node) => node.stop())));
  try {
    const masters: RedisService[] = [];
    while (masters.length < MASTERS) masters.push(await start());
    for (const [index, { port }] of masters.entries()) {
      const from = Math.ceil((SLOTS * index) / MASTERS);
      const to = Math.ceil((SLOTS * (index + 1)) / MASTERS) - 1;
      await redisCommand(port, `CLUSTER ADDSLOTSRANGE ${from} ${to}`);
    }
    await agreed(nodes);
    return {
      masters,
      url: `redis+cluster://${masters.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
      async add(replicaOf) {
        const node = await start();
        await agreed(nodes);
        const master = replicaOf === undefined ? undefined : masters[replicaOf];
        if (master !== undefined) {
          await redisCommand(node.port, `CLUSTER REPLICATE ${await redisCommand(master.port, "CLUSTER MYID")}`);
          await until(async () => /master_link_status:up/.test(await redisCommand(node.port, "INFO replication")));
        }
        return node;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** All know all, and all slots are served. */
function agreed(nodes: readonly RedisService[]): Promise<void> {
  return until(async () => {
    const told = await Promise.all(nodes.map(({ port }) => redisCommand(port, "CLUSTER INFO")));
    return told.every((info) => info.includes("cluster_state:ok") && info.includes(`known_nodes:${nodes.length}\r`));
  });
}

async function until(look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + AGREE_MS;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`the Redis cluster did not agree within ${AGREE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** One command to one server, whatever the server is in the cluster. Resolves with the text of the answer. */
export function redisCommand(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.setEncoding("utf8");
    socket.once("error", reject);
    socket.once("connect", () => socket.write(`${command}\r\n`));
    socket.on("data", (chunk: string) => {
      answer += chunk;
      const head = /^([+\-:$])(.*)\r\n/.exec(answer);
      if (head === null) return;
      const [line, kind, rest = ""] = head;
      const body = answer.slice(line.length);
      if (kind === "$" && body.length < Number(rest) + 2) return;
      socket.destroy();
      if (kind === "-") reject(new Error(`${command}: ${rest}`));
      else resolve(kind === "$" ? body.slice(0, Number(rest)) : rest);
    });
  });
}
