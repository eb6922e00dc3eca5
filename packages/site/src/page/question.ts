// Owns what a person asks: a kind of number, the country that is meant where the number does not say, and what was typed.

export interface Question {
  readonly kind: string;
  readonly region: string;
  readonly text: string;
}
