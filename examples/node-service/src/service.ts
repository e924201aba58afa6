import { createServer, type Server, type ServerResponse } from "node:http";
import { searchRanking, searchTimeoutMs } from "./flags.gen.ts";
import { quote, type Region } from "./quote.ts";

const regions: readonly string[] = ["ID", "MY", "SG", "TH"] satisfies readonly Region[];

/** `GET /quote?user=&region=&total=` and `GET /search?user=`; anything else is a 404. */
export function createService(): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://service");
    const user = url.searchParams.get("user") ?? "anonymous";
    if (url.pathname === "/quote") {
      const region = url.searchParams.get("region") ?? "";
      const total = Number(url.searchParams.get("total") ?? "10000");
      if (!isRegion(region)) return answer(response, 400, { error: `region must be one of ${regions.join(", ")}` });
      if (!Number.isSafeInteger(total) || total < 0)
        return answer(response, 400, { error: "total must be a whole number of cents" });
      return answer(response, 200, quote({ user, region, total }));
    }
    if (url.pathname === "/search")
      return answer(response, 200, { ranking: searchRanking({ targetingKey: user }), timeoutMs: searchTimeoutMs() });
    return answer(response, 404, { error: "try /quote?user=u1&region=MY&total=10000 or /search?user=u1" });
  });
}

function isRegion(text: string): text is Region {
  return regions.includes(text);
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
}
