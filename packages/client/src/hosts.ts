// Owns which hosts are asked: the service, and the mirror if there is one.

import { type Fetch, Service } from "./http.js";
import type { Acceptance } from "./parameters.js";

/** Which hosts to ask, and what to accept from them. */
export interface AskOptions extends Acceptance {
  /** The service's address: absolute, without query and fragment. Its API is below `v1/`. */
  readonly server: string | URL;
  /**
   * The address of a mirror that serves a copy of the index as a service does: parameters, source
   * sets, breaches and ranges below `v1/`. Then the service sees blinded elements and no prefix,
   * and the mirror sees prefixes and no element. The mirror's index is the one that answers; its
   * key and epoch must be those of the service.
   */
  readonly mirror?: string | URL | undefined;
  /** Stops the check: `Unfinished`, reason `aborted`. What was sent before stays sent. */
  readonly signal?: AbortSignal | undefined;
}

/** Without a mirror, both are the same host. */
export interface Hosts {
  /** Sees blinded elements. */
  readonly evaluator: Service;
  /** Sees prefixes. */
  readonly rangeHost: Service;
}

/** @throws {InvalidOption} if an address is not valid. */
export function hostsOf(fetch: Fetch, { server, mirror, signal }: AskOptions): Hosts {
  const evaluator = new Service(fetch, server, signal);
  return { evaluator, rangeHost: mirror === undefined ? evaluator : new Service(fetch, mirror, signal, "mirror") };
}
