// Records which prefixes have been sent, and what may follow: the same prefixes again under the
// same key, none under another. The only module that requests ranges.

import { EpochChanged, Refused, Unfinished } from "./errors.js";
import { GONE, type Service } from "./http.js";
import { type Acceptance, rangeSizeOf, type ServiceParameters, sameKey } from "./parameters.js";
import type { Question } from "./question.js";
import { decodeRange, type Entries } from "./range.js";

export class Disclosure {
  #parameters: ServiceParameters | undefined;
  /** The length of the prefix that was sent for each question. */
  readonly #bits = new Map<Question, number>();

  /** Fetches the range of the prefix that these questions share. */
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

  /**
   * Once a prefix has been sent, a changed key is handled by `keyChanged` instead of the pinned
   * key, which was compared before.
   */
  acceptance(acceptance: Acceptance): Acceptance {
    return this.#parameters === undefined ? acceptance : { ...acceptance, pinnedKey: undefined };
  }

  has(question: Question): boolean {
    return this.#bits.has(question);
  }

  keyChanged(parameters: ServiceParameters): boolean {
    return this.#parameters !== undefined && !sameKey(this.#parameters, parameters);
  }

  /**
   * The error for a question whose second prefix, under another key, would be as long as its first.
   */
  epochChanged(question: Question): EpochChanged {
    return new EpochChanged(question.possible / 2 ** (2 * (this.#bits.get(question) ?? 0)));
  }

  /**
   * Corrects an error for this question: once its prefix has been sent, `Refused` would wrongly say
   * that nothing was.
   */
  corrected<E>(question: Question, error: E): E | Unfinished {
    if (!(error instanceof Refused) || !this.has(question)) return error;
    return new Unfinished("moved", `the index was replaced by one that this client refuses: ${error.reason}`);
  }
}

/**
 * The index may be replaced during a check. One retry is allowed, as long as it discloses nothing
 * new.
 */
export async function retryOnce<T>(attempt: () => Promise<T | typeof GONE>): Promise<T> {
  for (let left = 2; left > 0; left--) {
    const result = await attempt();
    if (result !== GONE) return result;
  }
  throw new Unfinished("moved", "the index was replaced twice during the check");
}
