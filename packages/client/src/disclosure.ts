// Owns what has been shown of prefixes, and what may follow: the same ones again under the same key, and nothing under another.
// The only place that asks for a range.

import { EpochChanged, Refused, Unfinished } from "./errors.js";
import { GONE, type Service } from "./http.js";
import { type Acceptance, rangeSizeOf, type ServiceParameters, sameKey } from "./parameters.js";
import type { Question } from "./question.js";
import { decodeRange, type Entries } from "./range.js";

export class Disclosure {
  #parameters: ServiceParameters | undefined;
  /** How long the prefix was. */
  readonly #bits = new Map<Question, number>();

  /** Fetches the range behind the prefix that these questions share. */
  async fetchRange(
    rangeHost: Service,
    parameters: ServiceParameters,
    prefix: string,
    questions: readonly Question[],
  ): Promise<Entries | typeof GONE> {
    const size = rangeSizeOf(parameters, prefix);
    this.#parameters = parameters;
    for (const question of questions) this.#bits.set(question, prefix.length * 4);
    const body = await rangeHost.bytes(`v1/range/${parameters.index}/${prefix}.bin`, size.bytes);
    return body === GONE ? GONE : decodeRange(body, { ...parameters, ...size, prefix });
  }

  /** After a prefix, another key is a matter of its own; the same one was compared with the pinned key before. */
  acceptance(acceptance: Acceptance): Acceptance {
    return this.#parameters === undefined ? acceptance : { ...acceptance, pinnedKey: undefined };
  }

  has(question: Question): boolean {
    return this.#bits.has(question);
  }

  keyChanged(parameters: ServiceParameters): boolean {
    return this.#parameters !== undefined && !sameKey(this.#parameters, parameters);
  }

  /** Of asking again under another key. That second prefix is counted as if it were as long as the first. */
  epochChanged(question: Question): EpochChanged {
    return new EpochChanged(question.possible / 2 ** (2 * (this.#bits.get(question) ?? 0)));
  }

  /** The error, as it is for this question: once its prefix is out, no `Refused`, which says that nothing has been sent. */
  corrected<E>(question: Question, error: E): E | Unfinished {
    if (!(error instanceof Refused) || !this.has(question)) return error;
    return new Unfinished("moved", `the index was replaced by one that this client refuses: ${error.reason}`);
  }
}

/** The index may be replaced while we ask. Then once more, as long as that reveals nothing new. */
export async function retryOnce<T>(attempt: () => Promise<T | typeof GONE>): Promise<T> {
  for (let left = 2; left > 0; left--) {
    const result = await attempt();
    if (result !== GONE) return result;
  }
  throw new Unfinished("moved", "the index was replaced twice during the check");
}
