// Owns what a kind of number is called for a reader of one language: its name in the language of the country that issues it,
// and the English one for those who cannot be expected to read that. The page and the build, for the server's pages, ask here.

import type { Kind } from "@exposure-checker/client";

/** A name, and the language it is in. */
export interface Name {
  readonly text: string;
  readonly lang: string;
}

/** Where the table's native label is not in the language that most people there speak. */
const LABEL_LANGUAGES: Record<string, string> = { KZ: "kk", MU: "fr", PH: "en" };

/** The native name, and the English one unless the first is in a language that the reader of `locale` has anyway. */
export function namesOf({ country, label }: Kind, locale: string): Name[] {
  const lang = languageOf(country ?? "");
  const native = { text: label.native, lang };
  // Chinese is read by those who read Chinese, in whichever script.
  const reads = [new Intl.Locale(locale).language, "en"];
  return reads.includes(new Intl.Locale(lang).language) ? [native] : [native, { text: label.en, lang: "en" }];
}

function languageOf(country: string): string {
  const { language, script } = new Intl.Locale(`und-${country}`).maximize();
  return LABEL_LANGUAGES[country] ?? (language === "zh" ? `zh-${script}` : language);
}
