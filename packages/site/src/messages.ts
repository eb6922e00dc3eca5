// Defines when a translation is complete: it has every key, and in each message the same variables.
// The compiler checks this; `formMessages` and `pageMessages` return their argument. Calls are
// marked PURE, so that the form's script does not contain what only the server uses. A language is
// one file in languages/, named by its tag; languages.mjs finds it there.

import type { form, pages } from "./languages/en.js";

/** A sentence, or its plural forms by the categories of `Intl.PluralRules`. */
export type Template = string | ({ readonly [category in Intl.LDMLPluralRule]?: string } & { readonly other: string });

/** Messages that the form's script shows. */
export type Key = keyof typeof form;

/** Messages that the server writes into pages. The server knows no plural forms. */
export type PageKey = keyof typeof pages;

type Sentence<T> = T extends string ? T : T extends { readonly other: infer O } ? O : never;

/** The names in braces. */
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The variables that a message of the form needs. */
export type Variables<K extends Key> = Names<Sentence<(typeof form)[K]>>;

type SameNames<A, B> = [Names<Sentence<A>>, Names<Sentence<B>>] extends [Names<Sentence<B>>, Names<Sentence<A>>]
  ? B
  : never;

/** Rejects at compile time a missing key, an extra key, and a forgotten or unknown variable. */
export function formMessages<const T extends Record<Key, Template>>(
  messages: T & { [K in keyof T]: K extends Key ? SameNames<(typeof form)[K], T[K]> : never },
): Record<Key, Template> {
  return messages;
}

/** The same for the messages that the server writes. */
export function pageMessages<const T extends Record<PageKey, string>>(
  messages: T & { [K in keyof T]: K extends PageKey ? SameNames<(typeof pages)[K], T[K]> : never },
): Record<PageKey, string> {
  return messages;
}
