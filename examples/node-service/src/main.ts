import { connect } from "@flagwright/runtime/node";
import { createService } from "./service.ts";

/** Starts the service: `FLAGWRIGHT_URL`, `FLAGWRIGHT_KEY` (a server key) and `PORT` from the environment. */
const { FLAGWRIGHT_URL: url = "http://127.0.0.1:4400", FLAGWRIGHT_KEY: key = "", PORT: port = "0" } = process.env;

const client = await connect({ url, key, service: "node-service" });
const service = createService();
service.listen(Number(port), "127.0.0.1", () => {
  const address = service.address();
  if (address !== null && typeof address === "object") console.log(`listening on http://127.0.0.1:${address.port}`);
});

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    service.close();
    service.closeAllConnections();
    void client.close();
  });
