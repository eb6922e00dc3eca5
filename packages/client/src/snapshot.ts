// Reads, before any question is asked, the parameters, source sets and catalogue of one index. They
// are fetched whole, so that no request depends on an answer. With a mirror they are all the
// mirror's; the service only has to have the same key.

import { type Breach, readCatalogue, unlistedBreach } from "./catalogue.js";
import { Refused, Unfinished } from "./errors.js";
import type { Hosts } from "./hosts.js";
import { GONE } from "./http.js";
import { TEST_KIND, TEST_SOURCE } from "./kinds.js";
import { type Acceptance, readParameters, readSourceSets, type ServiceParameters, sameKey } from "./parameters.js";

export class Snapshot {
  readonly parameters: ServiceParameters;
  readonly #sets: readonly (readonly string[])[];
  readonly #catalogue: readonly Breach[];

  private constructor(
    parameters: ServiceParameters,
    sets: readonly (readonly string[])[],
    catalogue: readonly Breach[],
  ) {
    this.parameters = parameters;
    this.#sets = sets;
    this.#catalogue = catalogue;
  }

  /** `GONE` if the index was replaced between one answer and the next. */
  static async read({ evaluator, rangeHost }: Hosts, acceptance: Acceptance): Promise<Snapshot | typeof GONE> {
    const served = readParameters(await evaluator.json("v1/parameters"), acceptance);
    const parameters =
      rangeHost === evaluator ? served : readParameters(await rangeHost.json("v1/parameters"), acceptance);
    // Digests under another key cannot match this index. The id of the service's index may differ.
    if (!sameKey(served, parameters)) throw new Refused("key-mismatch");
    const [sets, catalogue] = await Promise.all([rangeHost.json("v1/source-sets"), rangeHost.json("v1/breaches")]);
    const ofThisIndex = readSourceSets(sets, parameters.index);
    return ofThisIndex === null ? GONE : new Snapshot(parameters, ofThisIndex, readCatalogue(catalogue));
  }

  /** The leaks of one source set. */
  breachesOf(setNumber: number): Breach[] {
    const set = this.#sets[setNumber];
    if (set === undefined) throw new Unfinished("shape", "range: the match names a source set that does not exist");
    return set.map((slug) => this.#describe(slug));
  }

  /**
   * All leaks that a match could come from: those of which the index holds this kind, not all of
   * the catalogue.
   */
  held(kind: string): Breach[] {
    const all = [...new Set(this.#sets.flat())].sort().map((slug) => this.#describe(slug));
    // The test source is not a leak. It counts only for the test identifier.
    return all.filter((breach) => (breach.slug === TEST_SOURCE) === (kind === TEST_KIND) && couldHold(breach, kind));
  }

  #describe(slug: string): Breach {
    return this.#catalogue.find((breach) => breach.slug === slug) ?? unlistedBreach(slug);
  }
}

/** By the catalogue's counts. A leak without counts could hold every kind. */
function couldHold({ identifiers }: Breach, kind: string): boolean {
  return identifiers.size === 0 || (identifiers.get(kind) ?? 0) > 0;
}
