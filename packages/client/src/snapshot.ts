// Owns what is fetched before anybody is asked about: parameters, source sets and catalogue of one index, and
// what they say about the leaks behind a set. Fetched whole, so that nothing later depends on the answer.
// With a mirror, all of it is the mirror's; the service only has to have the same key.

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

  /** `GONE` where the index was replaced between one answer and the next. */
  static async read({ evaluator, rangeHost }: Hosts, acceptance: Acceptance): Promise<Snapshot | typeof GONE> {
    const served = readParameters(await evaluator.json("v1/parameters"), acceptance);
    const parameters =
      rangeHost === evaluator ? served : readParameters(await rangeHost.json("v1/parameters"), acceptance);
    // Digests under another key are of no use with this index: each would be absent. Its id may be another.
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

  /** Every leak that a match could come from: what the index holds of this kind, not all that the catalogue lists. */
  held(kind: string): Breach[] {
    const all = [...new Set(this.#sets.flat())].sort().map((slug) => this.#describe(slug));
    // The test entry is no leak: it counts for those alone who ask for it.
    return all.filter((breach) => (breach.slug === TEST_SOURCE) === (kind === TEST_KIND) && couldHold(breach, kind));
  }

  #describe(slug: string): Breach {
    return this.#catalogue.find((breach) => breach.slug === slug) ?? unlistedBreach(slug);
  }
}

/** By the catalogue's counts; a leak without any could hold everything. */
function couldHold({ identifiers }: Breach, kind: string): boolean {
  return identifiers.size === 0 || (identifiers.get(kind) ?? 0) > 0;
}
