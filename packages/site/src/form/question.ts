// What a person asks about: a kind of number, the country of a number that does not say, and the
// text.

export interface Question {
  readonly kind: string;
  readonly region: string;
  readonly text: string;
}
