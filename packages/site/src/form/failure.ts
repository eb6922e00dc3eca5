// What is shown when there is no answer: one precise sentence for each kind of failure.
// Distinguishes errors by type; creates none.

import {
  EpochChanged,
  ExposureError,
  OtherForms,
  OutsidePlans,
  ProofFailed,
  RateLimited,
  Refused,
  type Rejected,
  type RejectionReason,
  Unfinished,
} from "@exposure-checker/client";
import { about, duration, say } from "./language.js";

/** For all failures except a rejected text, which is shown at the field. */
export function failureText(error: unknown): string {
  if (error instanceof RateLimited) return say("rateLimited", { wait: duration(error.retryAfterSeconds) });
  if (error instanceof ProofFailed) return say("proofFailed");
  if (error instanceof EpochChanged) return say("epochChanged", { n: about(error.possibleAfter) });
  if (error instanceof OtherForms) return say(error.isClientOlder ? "otherFormsNewer" : "otherForms");
  if (error instanceof OutsidePlans) return say("notInPlan");
  if (error instanceof Refused) return refusal(error);
  // A part of the script that could not be loaded is not a client error, but has the same cause:
  // the network.
  const isUnreachable =
    !(error instanceof ExposureError) || (error instanceof Unfinished && error.reason === "network");
  if (isUnreachable && !navigator.onLine) return say("offline");
  return [say("serverDown"), unfinishedDetail(error)].join("\n").trim();
}

function unfinishedDetail(error: unknown): string {
  if (!(error instanceof Unfinished)) return "";
  if (error.retryAfterSeconds !== undefined) return say("busy", { wait: duration(error.retryAfterSeconds) });
  return error.reason === "shape" ? say("answerDamaged") : "";
}

function refusal({ reason }: Refused): string {
  switch (reason) {
    case "key-mismatch":
      return say("keyMismatch");
    case "kind-not-served":
      return say("kindNotServed");
    case "too-few-possible":
      return say("tooFewPossible");
    case "unkeyed":
    case "prefix-too-long":
      return say("revealsTooMuch");
  }
}

/** What is wrong with the text in the field. */
export function faultText({ reason }: Rejected, kind: string, text: string): string {
  if (kind === "phone") return phoneFault(reason, text);
  return kind === "cn.ric" ? residentFault(reason, text) : identityFault(reason);
}

function phoneFault(reason: RejectionReason, text: string): string {
  switch (reason) {
    case "letters":
      return say("phoneLetters");
    case "character":
      return say("phoneCharacter");
    case "country":
      return say("phoneCountry");
    case "length":
      return mobileLength(text) ?? say("phoneLength");
    default:
      return sharedFault(reason) ?? say("phoneNotANumber");
  }
}

/** For text that can only have been meant as a mainland mobile number. */
function mobileLength(text: string): string | null {
  const digits = text
    .normalize("NFKC")
    .replace(/[^0-9]/g, "")
    .replace(/^(?:00)?86/, "");
  return /^1[3-9]/.test(digits) ? say("phoneLengthMobile", { n: digits.length }) : null;
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
