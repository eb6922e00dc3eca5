// The public API of the package. What is not exported here or in protocol.ts may change. Needs
// `fetch` and `crypto.getRandomValues`, and no document.

export { choosePrefixBits, MAX_PREFIX_BITS, MIN_POSSIBLE } from "./anonymity.js";
export { type CanonicaliseOptions, canonicalise } from "./canonical.js";
export type { Breach, Localised } from "./catalogue.js";
export { type CheckOptions, check } from "./check.js";
export { fromBase64url, toBase64url } from "./encoding.js";
export {
  type CheckError,
  EpochChanged,
  ExposureError,
  InvalidOption,
  isCheckError,
  type OptionName,
  OtherForms,
  OutsidePlans,
  ProofFailed,
  RateLimited,
  type RefusalReason,
  Refused,
  Rejected,
  type RejectionReason,
  Unfinished,
  type UnfinishedReason,
} from "./errors.js";
export type { CheckStep } from "./evaluate.js";
export type { AskOptions } from "./hosts.js";
export type { Fetch } from "./http.js";
export { countryOf, isInNumberingPlan, masked, possibleIdentifiers } from "./identifier.js";
export { hashedAs, type Kind, kindNamed, kinds } from "./kinds.js";
export { type Answer, type CheckManyOptions, checkMany } from "./many.js";
export type { Outcome, Sent } from "./outcome.js";
export { type Acceptance, type RangeSize, readParameters, type ServiceParameters } from "./parameters.js";
export type { PhoneReading } from "./phone.js";
export type { Query } from "./question.js";
export { decodeRange, type Entries, type Entry, type RangeLayout, type RangeRequest } from "./range.js";
export { readService } from "./service.js";
export { type UnderstandOptions, type Understood, understand } from "./understood.js";
export { canonicalVersionOf } from "./versions.js";
