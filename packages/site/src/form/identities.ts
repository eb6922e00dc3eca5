// The choice among national IDs: which countries have kinds, and how names of kinds are written on
// the page. All of it comes from the table of kinds and from the browser.

import { type Kind, kinds } from "@exposure-checker/client";
import { namesOf } from "../names.js";
import { make } from "./dom.js";
import { locale } from "./language.js";
import { DEFAULT_REGION } from "./regions.js";

const identities = kinds.filter(({ country }) => country !== null);

/** The countries that issue a kind, without repetitions. */
export const COUNTRIES: readonly string[] = [...new Set(identities.map(({ country }) => country ?? ""))];

export function kindsOf(country: string): readonly Kind[] {
  return identities.filter((kind) => kind.country === country);
}

/** The browser's country, if it issues a known kind. */
export function homeCountry(): string {
  const { region } = new Intl.Locale(navigator.language).maximize();
  return region !== undefined && COUNTRIES.includes(region) ? region : DEFAULT_REGION;
}

/** For an option, which holds only text. */
export function kindText(kind: Kind): string {
  return namesOf(kind, locale)
    .map(({ text }) => text)
    .join(" · ");
}

/** For a label: each name marked with its language, for screen readers. */
export function kindName(kind: Kind): (Node | string)[] {
  return namesOf(kind, locale).flatMap(({ text, lang }, at) => [at === 0 ? "" : " · ", make("bdi", { lang }, text)]);
}
