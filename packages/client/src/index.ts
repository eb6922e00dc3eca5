// Owns the surface of the package: what partners may rely upon. Everything not named here can change.
// Needs `fetch`, `crypto.getRandomValues` and nothing of a document.

export { check, readService, type CheckOptions } from "./check.js";
export type { Step } from "./evaluate.js";
export type { Outcome, Sent } from "./outcome.js";
export type { AskOptions } from "./parties.js";
export type { Given } from "./question.js";
export { checkMany, type Answer, type CheckManyOptions } from "./many.js";
export { normalise, type NormaliseOptions } from "./canonical.js";
export { isInNumberingPlan, masked, possibleIdentifiers } from "./identifier.js";
export { hashedAs, kindNamed, kinds, type Kind } from "./kinds.js";
export { decodeRange, type Entries, type Entry, type RangeRequest, type RangeShape } from "./range.js";
export { choosePrefixBits, MAX_PREFIX_BITS, MIN_POSSIBLE } from "./anonymity.js";
export { readParameters, type Acceptance, type Ranges, type ServiceParameters } from "./parameters.js";
export type { Breach, Localised } from "./catalogue.js";
export type { Fetch } from "./http.js";
export { fromBase64url, toBase64url } from "./encoding.js";
export {
  EpochChanged, ExposureError, InvalidOption, isCheckError, ProofFailed, RateLimited, Refused, Rejected, Unfinished,
  type CheckError, type OptionName, type RefusalReason, type RejectionReason, type UnfinishedReason,
} from "./errors.js";
