// Owns the algorithms of check characters. Their parameters come from the table of kinds. A
// character without a value makes the sum NaN, and then no check passes.

import { holdsInItaly } from "./italy.js";
import type { Check, Modulo, Values, Weighted } from "./rules.js";

export function holdsCheck(check: Check, text: string, today: Date): boolean {
  switch (check.algorithm) {
    case "weighted":
      return holdsWeighted(check, text);
    case "modulo":
      return holdsModulo(check, text);
    case "luhn":
      return holdsLuhn(text, check.from ?? 0);
    case "verhoeff":
      return holdsVerhoeff(text);
    case "iso7064-pure":
      return holdsPure(check, text);
    case "iso7064-hybrid":
      return holdsHybrid(check.modulus, text);
    case "be-nn":
      return holdsInBelgium(text, today);
    case "codice-fiscale":
      return holdsInItaly(text);
  }
}

function valueAt(text: string, place: number, { alphabet, letters }: Values = {}): number {
  const character = text.charAt(place);
  const given = (Array.isArray(letters) ? letters[place] : letters)?.[character];
  if (given !== undefined) return given;
  const order = alphabet?.indexOf(character) ?? -1;
  if (order >= 0) return order;
  return /[0-9A-Z]/.test(character) ? parseInt(character, 36) : NaN;
}

/** JavaScript's `%` keeps the sign of the dividend. */
function remainder(sum: number, modulus: number): number {
  return ((sum % modulus) + modulus) % modulus;
}

function holdsWeighted(check: Weighted, text: string): boolean {
  const { digits, equals, second, at = text.length - 1 } = check;
  const found = weighedSum(check, check.weights, text);
  if (digits === undefined) return found === equals;
  const expected = digits[found];
  const isSecond = expected === ">" && second !== undefined;
  return text.charAt(at) === (isSecond ? second.digits[weighedSum(check, second.weights, text)] : expected);
}

/**
 * The weights are aligned to the end of the number. Characters before them, or with weight 0, do
 * not count.
 */
function weighedSum(check: Weighted, weights: readonly number[], text: string): number {
  const offset = text.length - weights.length;
  const sum = weights.reduce(
    (sum, weight, at) => (weight === 0 ? sum : sum + weight * valueAt(text, offset + at, check)),
    check.plus ?? 0,
  );
  return remainder(sum, check.modulus);
}

function holdsModulo(check: Modulo, text: string): boolean {
  const { over, modulus, digits, width = 1, complement, zero, at = text.length - width } = check;
  let rest = 0;
  for (const [from, to] of over) {
    for (let place = from; place < to; place++) rest = remainder(rest * 10 + valueAt(text, place, check), modulus);
  }
  if (digits !== undefined) return text.charAt(at) === digits[rest];
  const expected = rest === 0 && zero !== undefined ? zero : complement === undefined ? rest : complement - rest;
  return text.slice(at, at + width) === String(expected).padStart(width, "0");
}

function holdsLuhn(text: string, from: number): boolean {
  let sum = 0;
  for (let place = from; place < text.length; place++) {
    const value = valueAt(text, place);
    const isDoubled = (text.length - place) % 2 === 0;
    sum += !isDoubled ? value : value * 2 > 9 ? value * 2 - 9 : value * 2;
  }
  return sum % 10 === 0;
}

/** Verhoeff's permutation of the digits, applied once. */
const PERMUTED = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

function holdsVerhoeff(text: string): boolean {
  let found = 0;
  for (let step = 0; step < text.length; step++) {
    let value = valueAt(text, text.length - 1 - step);
    for (let times = 0; times < step % 8; times++) value = PERMUTED[value] ?? NaN;
    found = dihedral(found, value);
  }
  return found === 0;
}

/** The product in the group of rotations (0 to 4) and reflections (5 to 9) of a pentagon. */
function dihedral(a: number, b: number): number {
  const turn = a < 5 ? a + b : a - b;
  return remainder(turn, 5) + (a < 5 === b < 5 ? 0 : 5);
}

/** ISO/IEC 7064, pure systems: the number in this radix leaves the remainder 1. */
function holdsPure({ modulus, radix, characters }: Check & { algorithm: "iso7064-pure" }, text: string): boolean {
  let rest = 0;
  for (let place = 0; place < text.length; place++) {
    rest = remainder(rest * radix + valueAt(text, place, { alphabet: characters }), modulus);
  }
  return rest === 1;
}

/** ISO/IEC 7064, hybrid systems: modulo M + 1 and M alternately. */
function holdsHybrid(modulus: number, text: string): boolean {
  let rest = modulus / 2;
  for (let place = 0; place < text.length; place++) {
    const doubled = ((rest === 0 ? modulus : rest) * 2) % (modulus + 1);
    rest = remainder(doubled + valueAt(text, place), modulus);
  }
  return rest === 1;
}

/**
 * Belgium: modulo 97, with a 2 in front for people born from 2000 on, which the number does not
 * say.
 */
function holdsInBelgium(text: string, today: Date): boolean {
  const [body, check] = [text.slice(0, -2), Number(text.slice(-2))];
  const mayBeYoung = Number(text.slice(0, 2)) + 2000 <= today.getUTCFullYear();
  return [body, ...(mayBeYoung ? [`2${body}`] : [])].some((number) => 97 - (Number(number) % 97) === check);
}
