// Owns the choice among national IDs: which countries have some, and how the names of their kinds are written on the page.
// All of it comes from the table of kinds and from the browser.

import { type Kind, kinds } from "@exposure-checker/client";
import { namesOf } from "../names.js";
import { make } from "./dom.js";
import { locale } from "./language.js";
import { DEFAULT_REGION } from "./regions.js";

const identities = kinds.filter(({ country }) => country !== null);

/** Of the countries that issue a kind, each once. */
export const COUNTRIES: readonly string[] = [...new Set(identities.map(({ country }) => country ?? ""))];

export function kindsOf(country: string): readonly Kind[] {
  return identities.filter((kind) => kind.country === country);
}

/** The country that the browser is set to, where that issues a kind we know. */
export function homeCountry(): string {
  const { region } = new Intl.Locale(navigator.language).maximize();
  return region !== undefined && COUNTRIES.includes(region) ? region : DEFAULT_REGION;
}

/** For an option, which holds text only. */
export function kindText(kind: Kind): string {
  return namesOf(kind, locale)
    .map(({ text }) => text)
    .join(" · ");
}

/** For a label: each name marked with its language, for those who have it read to them. */
export function kindName(kind: Kind): (Node | string)[] {
  return namesOf(kind, locale).flatMap(({ text, lang }, at) => [at === 0 ? "" : " · ", make("bdi", { lang }, text)]);
}
