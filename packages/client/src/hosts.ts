// Owns who is asked: the service, and the mirror if there is one; and what a caller says of both.

import { type Fetch, Service } from "./http.js";
import type { Acceptance } from "./parameters.js";

/** Whom to ask, and what of them is accepted. */
export interface AskOptions extends Acceptance {
  /** Where the service is, absolute, without query and fragment; its API is below `v1/`. */
  readonly server: string | URL;
  /**
   * Where a copy of the index is served, in the same form as a service serves it: parameters, source sets, breaches and ranges below
   * `v1/`. Then the service sees blinded elements and no prefix, and whoever serves the copy sees prefixes and no element. Its
   * index is what answers, as old as it is; its key and epoch must be those of the service.
   */
  readonly mirror?: string | URL | undefined;
  /** Stops it: `Unfinished`, reason `aborted`. What was sent before stays sent. */
  readonly signal?: AbortSignal | undefined;
}

/** Who is asked. Without a mirror they are the same. */
export interface Hosts {
  /** Sees blinded elements. */
  readonly evaluator: Service;
  /** Sees prefixes. */
  readonly rangeHost: Service;
}

/** @throws {InvalidOption} where they cannot be asked. */
export function hostsOf(fetch: Fetch, { server, mirror, signal }: AskOptions): Hosts {
  const evaluator = new Service(fetch, server, signal);
  return { evaluator, rangeHost: mirror === undefined ? evaluator : new Service(fetch, mirror, signal, "mirror") };
}
