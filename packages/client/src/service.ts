// Owns what can be learnt of a service and its index without asking about an identifier. Pages need
// it before, and long before, the code that checks.

import { type Fetch, Service } from "./http.js";
import { type Acceptance, readParameters, type ServiceParameters } from "./parameters.js";

/** Reads the parameters of a service and its index without asking about an identifier. */
export async function readService(
  fetch: Fetch,
  server: string | URL,
  acceptance: Acceptance = {},
): Promise<ServiceParameters> {
  return readParameters(await new Service(fetch, server).json("v1/parameters"), acceptance);
}
