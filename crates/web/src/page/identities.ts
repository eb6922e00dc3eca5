// Owns the choice among national IDs: which countries have some, and what each kind is called, in the language of its
// country and in English. All of it comes from the table of kinds and from the browser.

import { kinds, type Kind } from "../client/kinds.js";
import { make } from "./dom.js";
import { language } from "./language.js";
import { DEFAULT_REGION } from "./regions.js";

const identities = kinds.filter(({ country }) => country !== null);

/** Of the countries that issue a kind, each once. */
export const COUNTRIES: readonly string[] = [...new Set(identities.map(({ country }) => country ?? ""))];

/** Where the table's native label is not in the language that most people there speak. */
const LABEL_LANGUAGES: Record<string, string> = { KZ: "kk", MU: "fr", PH: "en" };

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
  return parts(kind).map(({ text }) => text).join(" · ");
}

/** For a label: each name marked with its language, for those who have it read to them. */
export function kindName(kind: Kind): (Node | string)[] {
  return parts(kind).flatMap(({ text, lang }, at) => [at === 0 ? "" : " · ", make("bdi", { lang }, text)]);
}

/** The native name, and the English one unless the first is in a language that the reader has anyway. */
function parts({ country, label }: Kind): { text: string; lang: string }[] {
  const lang = languageOf(country ?? "");
  const native = { text: label.native, lang };
  const isRead = [language, "en"].some((read) => lang === read || lang.startsWith(`${read}-`));
  return isRead ? [native] : [native, { text: label.en, lang: "en" }];
}

function languageOf(country: string): string {
  const { language, script } = new Intl.Locale(`und-${country}`).maximize();
  return LABEL_LANGUAGES[country] ?? (language === "zh" ? `zh-${script}` : language);
}
