// The name of a kind for a reader of one language: its name in the language of the country that
// issues it, and in English for those who may not read that. Used by the form and, for the server's
// pages, by the build.

import type { Kind } from "@exposure-checker/client/kinds";

/** A name, and the language it is in. */
export interface Name {
  readonly text: string;
  readonly lang: string;
}

/** For countries whose native label is not in the language that most people there speak. */
const LABEL_LANGUAGES: Record<string, string> = { KZ: "kk", MU: "fr", PH: "en" };

/** What readers of Traditional Chinese call the number of the mainland. */
const TRADITIONAL: Record<string, string> = { "cn.ric": "中國大陸居民身分證號碼" };

/** The native name, and the English one unless readers of `locale` can read the first. */
export function namesOf({ name, country, label }: Kind, locale: string): Name[] {
  const traditional = locale === "zh-Hant" ? TRADITIONAL[name] : undefined;
  if (traditional !== undefined) return [{ text: traditional, lang: locale }];
  const lang = languageOf(country ?? "");
  const native = { text: label.native, lang };
  // Readers of Chinese read both scripts.
  const reads = [new Intl.Locale(locale).language, "en"];
  return reads.includes(new Intl.Locale(lang).language) ? [native] : [native, { text: label.en, lang: "en" }];
}

function languageOf(country: string): string {
  const { language, script } = new Intl.Locale(`und-${country}`).maximize();
  return LABEL_LANGUAGES[country] ?? (language === "zh" ? `zh-${script}` : language);
}
