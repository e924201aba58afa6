import { createInProcessBus } from "./in-process-bus.ts";
import { busContract } from "./testing/bus-contract.ts";

let shared = createInProcessBus();

busContract("in-process", async () => {
  // The nodes of one process share one bus; a closed one is followed by the next test's.
  if (!shared.status().up) shared = createInProcessBus();
  return shared;
});
