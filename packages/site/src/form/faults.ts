// Owns the sentences that say what is wrong with the text in the field. Why it was rejected is
// decided by the client.

import type { Rejected, RejectionReason } from "@exposure-checker/client/errors";
import { locale, say } from "./language.js";
import type { Question } from "./question.js";
import { DEFAULT_REGION, regionName } from "./regions.js";

/** What is wrong with the text in the field. */
export function faultText({ reason }: Rejected, { kind, region, text }: Question): string {
  if (kind === "phone") return phoneFault(reason, text, region);
  return kind === "cn.ric" ? residentFault(reason, text) : identityFault(reason);
}

function phoneFault(reason: RejectionReason, text: string, region: string): string {
  switch (reason) {
    case "letters":
      return letterFault(text);
    case "character":
      return say("phoneCharacter");
    case "country":
      return say("phoneCountry");
    case "length":
      return lengthFault(text, region);
    default:
      return sharedFault(reason) ?? say("phoneNotANumber");
  }
}

/** Names the letter: an O for a zero, or an l for a one, is hard to see. */
function letterFault(text: string): string {
  const c = /\p{L}/u.exec(text)?.[0];
  return c === undefined ? say("phoneLetters") : say("phoneLetter", { c });
}

function lengthFault(text: string, region: string): string {
  const digits = text.normalize("NFKC").replace(/[^0-9+]/g, "");
  const national = digits.replace(/^(?:\+|00)?86/, "");
  const isMainland = national === digits ? region === DEFAULT_REGION : true;
  if (isMainland && /^1[3-9]/.test(national)) return say("phoneLengthMobile", { n: national.length });
  if (/^(?:\+|00)/.test(digits)) return say("phoneLength");
  return say("phoneLengthIn", { country: regionName(locale, region) });
}

/** For a Chinese resident number, whose positions are well known. */
function residentFault(reason: RejectionReason, text: string): string {
  const typed = charactersIn(text);
  // In the old form the year has two digits.
  const last = typed === 15 ? 12 : 14;
  switch (reason) {
    case "length":
      return say("ricLength", { n: typed });
    case "date":
      return say("ricDate", { last });
    case "future-date":
      return say("ricFutureDate", { last });
    case "check":
      return say("ricCheck");
    default:
      return sharedFault(reason) ?? say("ricCharacter");
  }
}

function identityFault(reason: RejectionReason): string {
  switch (reason) {
    case "length":
      return say("identityLength");
    case "date":
      return say("identityDate");
    case "future-date":
      return say("identityFutureDate");
    case "check":
      return say("identityCheck");
    default:
      return sharedFault(reason) ?? say("identityCharacter");
  }
}

function charactersIn(text: string): number {
  return text.normalize("NFKC").replace(/[^\p{Nd}A-Za-z]/gu, "").length;
}

function sharedFault(reason: RejectionReason): string | null {
  switch (reason) {
    case "empty":
      return say("emptyInput");
    case "oversized":
      return say("oversized");
    case "masked":
      return say("masked");
    case "float":
      return say("float");
    case "several":
      return say("several");
    case "unissued":
      return say("unissued");
    default:
      return null;
  }
}
