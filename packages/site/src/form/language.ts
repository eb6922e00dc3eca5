// Writes sentences, numbers and dates in the language that the server chose for the page. The
// sentences are in languages/.

import type { Localised } from "@exposure-checker/client/catalogue";
import { languages } from "languages";
import type { Key, Template, Variables } from "../messages.js";

/** The page's language tag. */
export const locale = document.documentElement.lang;

const load = languages[locale];
if (load === undefined) throw new Error("the page and its script have different versions");
/** Only one language is loaded: sentences are a third of the page's script. */
const { form: messages } = await load();
/** The language of the catalogue's texts. */
const { language } = new Intl.Locale(locale);
/** Dates and numbers are written as on the other pages. */
const formats = locale === "en" ? "en-GB" : locale;
const plural = new Intl.PluralRules(locale);
const integer = new Intl.NumberFormat(formats);
const rounded = new Intl.NumberFormat(formats, {
  notation: "compact",
  compactDisplay: "long",
  maximumSignificantDigits: 2,
});
const clock = new Intl.DateTimeFormat(formats, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayAndTime = new Intl.DateTimeFormat(formats, {
  weekday: "long",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const localDate = new Intl.DateTimeFormat(formats, { dateStyle: "long" });
const longDate = new Intl.DateTimeFormat(formats, { dateStyle: "long", timeZone: "UTC" });

type Arguments<K extends Key> = [Variables<K>] extends [never] ? [] : [values: Record<Variables<K>, string | number>];

/** One sentence, with its variables filled in. */
export function say<K extends Key>(key: K, ...[values]: Arguments<K>): string {
  const given: Record<string, string | number> = values ?? {};
  return sentence(messages[key], given.n).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = given[name] ?? "";
    return typeof value === "number" ? integer.format(value) : value;
  });
}

function sentence(template: Template, n: string | number | undefined): string {
  if (typeof template === "string") return template;
  return (typeof n === "number" ? template[plural.select(n)] : undefined) ?? template.other;
}

/** "39 million", "3900万": for estimates. */
export function about(count: number): string {
  return rounded.format(count);
}

/**
 * "12 hours", "12小时": in a unit that is not much too coarse, and rounded up, so that waiting this
 * long is enough.
 */
export function duration(seconds: number): string {
  if (seconds < 100) return inUnit(seconds, "second");
  return seconds < 100 * 60 ? inUnit(Math.ceil(seconds / 60), "minute") : inUnit(Math.ceil(seconds / 3600), "hour");
}

function inUnit(amount: number, unit: string): string {
  // The long form of seconds in Chinese, 秒钟, is colloquial.
  const unitDisplay = language === "zh" ? "short" : "long";
  return new Intl.NumberFormat(formats, { style: "unit", unit, unitDisplay }).format(amount);
}

export function count(exact: number): string {
  return integer.format(exact);
}

/** A day given as YYYY-MM-DD. */
export function day(iso: string): string {
  return longDate.format(new Date(`${iso}T00:00:00Z`));
}

/** The time of day on this device's clock; with the weekday, if it is not today. */
export function clockTime(at: Date): string {
  const isToday = at.toDateString() === new Date().toDateString();
  return (isToday ? clock : dayAndTime).format(at);
}

/** The day on this device's calendar. */
export function today(at: Date): string {
  return localDate.format(at);
}

/** The languages of the catalogue's texts, the nearest first, with their tags. */
const CATALOGUE: readonly (readonly [keyof Localised, string])[] = nearest();

function nearest(): (readonly [keyof Localised, string])[] {
  const [en, hans, hant] = [
    ["en", "en"],
    ["zh", "zh-Hans"],
    ["zh-Hant", "zh-Hant"],
  ] as const;
  if (language !== "zh") return [en, hans, hant];
  return locale === "zh-Hant" ? [hant, hans, en] : [hans, hant, en];
}

/** A text of the catalogue in the nearest language, with its tag. */
export function localised(text: Localised): { text: string; lang: string } | null {
  const found = CATALOGUE.find(([key]) => text[key] !== undefined);
  return found === undefined ? null : { text: text[found[0]] ?? "", lang: found[1] };
}
