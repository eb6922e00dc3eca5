// Owns the countries that are offered for phone numbers without a calling code, all that the
// numbering plans know, with their codes (a test compares both, because the plans are loaded only
// when somebody types); which of them is selected; and to which the asker may belong. The browser
// knows their names.

export const DEFAULT_REGION = "CN";

/** Country and calling code. */
const CODES = new Map(
  (
    "AC247 AD376 AE971 AF93 AG1 AI1 AL355 AM374 AO244 AR54 AS1 AT43 AU61 AW297 AX358 AZ994 BA387 BB1 BD880 " +
    "BE32 BF226 BG359 BH973 BI257 BJ229 BL590 BM1 BN673 BO591 BQ599 BR55 BS1 BT975 BW267 BY375 BZ501 CA1 CC61 " +
    "CD243 CF236 CG242 CH41 CI225 CK682 CL56 CM237 CN86 CO57 CR506 CU53 CV238 CW599 CX61 CY357 CZ420 DE49 " +
    "DJ253 DK45 DM1 DO1 DZ213 EC593 EE372 EG20 EH212 ER291 ES34 ET251 FI358 FJ679 FK500 FM691 FO298 FR33 " +
    "GA241 GB44 GD1 GE995 GF594 GG44 GH233 GI350 GL299 GM220 GN224 GP590 GQ240 GR30 GT502 GU1 GW245 GY592 " +
    "HK852 HN504 HR385 HT509 HU36 ID62 IE353 IL972 IM44 IN91 IO246 IQ964 IR98 IS354 IT39 JE44 JM1 JO962 JP81 " +
    "KE254 KG996 KH855 KI686 KM269 KN1 KP850 KR82 KW965 KY1 KZ7 LA856 LB961 LC1 LI423 LK94 LR231 LS266 LT370 " +
    "LU352 LV371 LY218 MA212 MC377 MD373 ME382 MF590 MG261 MH692 MK389 ML223 MM95 MN976 MO853 MP1 MQ596 MR222 " +
    "MS1 MT356 MU230 MV960 MW265 MX52 MY60 MZ258 NA264 NC687 NE227 NF672 NG234 NI505 NL31 NO47 NP977 NR674 " +
    "NU683 NZ64 OM968 PA507 PE51 PF689 PG675 PH63 PK92 PL48 PM508 PR1 PS970 PT351 PW680 PY595 QA974 RE262 " +
    "RO40 RS381 RU7 RW250 SA966 SB677 SC248 SD249 SE46 SG65 SH290 SI386 SJ47 SK421 SL232 SM378 SN221 SO252 " +
    "SR597 SS211 ST239 SV503 SX1 SY963 SZ268 TA290 TC1 TD235 TG228 TH66 TJ992 TK690 TL670 TM993 TN216 TO676 " +
    "TR90 TT1 TV688 TW886 TZ255 UA380 UG256 US1 UY598 UZ998 VA39 VC1 VE58 VG1 VI1 VN84 VU678 WF681 WS685 " +
    "XK383 YE967 YT262 ZA27 ZM260 ZW263"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), entry.slice(2)] as const),
);

export const REGIONS: readonly string[] = [...CODES.keys()];

/** Shown before the others: where most askers are, or come from. */
export const COMMON: readonly string[] = ["CN", "HK", "MO", "TW", "SG", "MY", "JP", "KR", "US", "CA", "GB", "AU"];

/** What browsers come with, wherever they are sold; and where people may be who left it so. */
export const FACTORY = "en-US";
const FACTORY_REGIONS = ["US", "GB", "CA", "AU"];

export function callingCode(region: string): string {
  return `+${CODES.get(region) ?? ""}`;
}

/**
 * The country selected at first: China for readers of Simplified Chinese, otherwise the browser's;
 * China if it has none, or only the one that browsers come with.
 */
export function homeRegion(page: string, browser: string = navigator.language): string {
  if (page === "zh-Hans" || browser === FACTORY) return DEFAULT_REGION;
  const { region } = new Intl.Locale(browser);
  return region !== undefined && CODES.has(region) ? region : DEFAULT_REGION;
}

/** All countries to which the asker may belong, by the browser's languages. */
export function homeRegions(browser: readonly string[] = navigator.languages): string[] {
  const regions = browser.flatMap((tag) =>
    tag === FACTORY ? FACTORY_REGIONS : new Intl.Locale(tag).maximize().region,
  );
  return [...new Set(regions)].filter((region) => region !== undefined && CODES.has(region)) as string[];
}

/** What readers of these languages call the country of +86 beside Hong Kong, Macau and Taiwan. */
const MAINLAND: Readonly<Record<string, string>> = {
  en: "Mainland China",
  "zh-Hans": "中国大陆",
  "zh-Hant": "中國大陸",
};

/** A country's name in this language; its code if the browser knows no name. */
export function regionName(locale: string, code: string): string {
  const mainland = code === DEFAULT_REGION ? MAINLAND[locale] : undefined;
  return mainland ?? new Intl.DisplayNames(locale, { type: "region" }).of(code) ?? code;
}

export interface Named {
  readonly code: string;
  readonly name: string;
}

/** Codes and names: the common ones in their order, and all by name. */
export function namedRegions(
  locale: string,
  codes: readonly string[] = REGIONS,
): { readonly common: readonly Named[]; readonly all: readonly Named[] } {
  const { compare } = new Intl.Collator(locale);
  const named = (code: string): Named => ({ code, name: regionName(locale, code) });
  const all = codes.map(named).sort((a, b) => compare(a.name, b.name));
  return { common: COMMON.filter((code) => codes.includes(code)).map(named), all };
}
