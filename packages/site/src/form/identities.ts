// Owns the choice among national IDs: which countries and kinds are offered, the common ones first,
// of those that the service holds; and how names of kinds are written on the page. What is known of
// a kind is in the shared table.

import { hashedAs, type Kind, kinds } from "@exposure-checker/client/kinds";
import { namesOf } from "../names.js";
import { make } from "./dom.js";
import { locale } from "./language.js";
import { DEFAULT_REGION, FACTORY } from "./regions.js";

/** Of the countries with several kinds, the one that most people have. */
const COMMONEST = new Set(
  "ar.dni be.nn bg.egn ca.sin cr.cpf es.dni fi.hetu fr.nir gb.nino in.aadhaar mx.curp nl.bsn pt.nif us.ssn za.idnr".split(
    " ",
  ),
);
const identities = kinds
  .filter(({ country }) => country !== null)
  .sort((a, b) => Number(COMMONEST.has(b.name)) - Number(COMMONEST.has(a.name)));

/** The kinds under which the service hashes its numbers; null until it has said so. */
let held: ReadonlySet<string> | null = null;

/** Offers nothing else from now on. */
export function offerOnly(served: readonly string[]): void {
  held = new Set(served);
}

/** Whether the service holds numbers of this kind, as far as is known. */
export function isHeld(kind: string): boolean {
  return held === null || held.has(hashedAs(kind));
}

/** The countries that issue a kind that is held, without repetitions. */
export function countries(): string[] {
  return [...new Set(heldIdentities().map(({ country }) => country ?? ""))];
}

/** The kinds of a country that are held, the commonest first. */
export function kindsOf(country: string): readonly Kind[] {
  return heldIdentities().filter((kind) => kind.country === country);
}

function heldIdentities(): Kind[] {
  return identities.filter(({ name }) => isHeld(name));
}

/** The browser's country, if a kind of it is held; otherwise China, or what there is. */
export function homeCountry(): string {
  const offered = countries();
  const { region } = new Intl.Locale(navigator.language).maximize();
  const isFactory = navigator.language === FACTORY;
  const wanted = [...(region === undefined || isFactory ? [] : [region]), DEFAULT_REGION];
  return wanted.find((country) => offered.includes(country)) ?? offered[0] ?? DEFAULT_REGION;
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
