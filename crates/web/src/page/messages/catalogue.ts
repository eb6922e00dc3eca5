// Owns what a message is and what makes a translation complete: every key, and in each the same variables.
// All of it is checked by the compiler; nothing here runs but `translation`, which returns what it is given.

import type { en } from "./en.js";

/** A sentence, or its plural forms by the categories of `Intl.PluralRules`. */
export type Template = string | { readonly [category in Intl.LDMLPluralRule]?: string } & { readonly other: string };

export type Key = keyof typeof en;

type Sentence<T> = T extends string ? T : T extends { readonly other: infer O } ? O : never;

/** The names in braces. */
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The variables that a message needs. */
export type Variables<K extends Key> = Names<Sentence<(typeof en)[K]>>;

type SameNames<A, B> = [Names<Sentence<A>>, Names<Sentence<B>>] extends [Names<Sentence<B>>, Names<Sentence<A>>] ? B : never;

/** Refuses, at compile time, a missing key, a key too many, and a forgotten or unknown variable. */
export function translation<const T extends Record<Key, Template>>(
  messages: T & { [K in keyof T]: K extends Key ? SameNames<(typeof en)[K], T[K]> : never },
): Record<Key, Template> {
  return messages;
}
