/** A private Redis for tests: on loopback, on a free port, without persistence, in a folder of its own. */
export interface RedisService {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** SIGKILL: nothing is said to anybody. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nobody answers. */
  pause(): void;
  resume(): void;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}
export declare function startRedis(extra?: readonly string[]): Promise<RedisService>;
/** A port that nobody listened on a moment ago. */
export declare function freePort(): Promise<number>;
