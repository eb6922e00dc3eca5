// What a person asks about: a kind of number, the country of a number that does not say, and the
// text.

export interface Question {
  readonly kind: string;
  /** ISO 3166-1 alpha-2; a default, unless somebody chose it. */
  readonly region: string;
  /** Other countries to which the person may belong; none if the region was chosen. */
  readonly home: readonly string[];
  readonly text: string;
  /** Whether the text is the sample, which belongs to nobody. */
  readonly isSample: boolean;
}
