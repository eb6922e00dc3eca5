// Owns what a language is and what makes a translation complete: every key, and in each the same variables.
// All of it is checked by the compiler; `formMessages` and `pageMessages` only return what they are given. Where they are
// called it says PURE, so that the form's script does not carry what only the server says.
// A language is one file in languages/, named by its tag; the build finds it there (languages.mjs).

import type { form, pages } from "./languages/en.js";

/** A sentence, or its plural forms by the categories of `Intl.PluralRules`. */
export type Template = string | ({ readonly [category in Intl.LDMLPluralRule]?: string } & { readonly other: string });

/** Messages that the form's script says. */
export type Key = keyof typeof form;

/** Messages that the server writes into pages; it knows no plural forms. */
export type PageKey = keyof typeof pages;

type Sentence<T> = T extends string ? T : T extends { readonly other: infer O } ? O : never;

/** The names in braces. */
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The variables that a message of the form needs. */
export type Variables<K extends Key> = Names<Sentence<(typeof form)[K]>>;

type SameNames<A, B> = [Names<Sentence<A>>, Names<Sentence<B>>] extends [Names<Sentence<B>>, Names<Sentence<A>>]
  ? B
  : never;

/** Refuses, at compile time, a missing key, a key too many, and a forgotten or unknown variable. */
export function formMessages<const T extends Record<Key, Template>>(
  messages: T & { [K in keyof T]: K extends Key ? SameNames<(typeof form)[K], T[K]> : never },
): Record<Key, Template> {
  return messages;
}

/** The same of the messages that the server writes. */
export function pageMessages<const T extends Record<PageKey, string>>(
  messages: T & { [K in keyof T]: K extends PageKey ? SameNames<(typeof pages)[K], T[K]> : never },
): Record<PageKey, string> {
  return messages;
}
