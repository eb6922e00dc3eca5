// Owns what the table's parameters cannot express about the Italian codice fiscale: its check
// letter, and the letters in its birth date.

/** Digits that are replaced by letters if two people would have the same code. */
const DIGITS = ["0123456789", "LMNPQRSTUV"] as const;
const MONTHS = "ABCDEHLMPRST";
/** Added to the day of birth of women. */
const WOMEN = 40;
/** Values of the characters in odd positions, for 0 to 9 and for A to Z. */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export function birthInItaly(text: string): Day[] {
  const [tens, units] = [digit(text.charAt(6)), digit(text.charAt(7))];
  const written = digit(text.charAt(9)) * 10 + digit(text.charAt(10));
  const day = written > WOMEN ? written - WOMEN : written;
  const month = MONTHS.indexOf(text.charAt(8)) + 1;
  return [1900, 2000].map((century) => ({ year: century + tens * 10 + units, month, day }));
}

export function holdsInItaly(text: string): boolean {
  const sum = [...text.slice(0, -1)].reduce((sum, character, at) => {
    const place = /[0-9]/.test(character) ? Number(character) : LETTERS.indexOf(character);
    return sum + (at % 2 === 0 ? (ODD[place] ?? NaN) : place);
  }, 0);
  return text.at(-1) === LETTERS[sum % 26];
}

function digit(character: string): number {
  return Math.max(...DIGITS.map((digits) => digits.indexOf(character)));
}
