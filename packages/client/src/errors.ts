// Owns every way a check can fail to answer. Each has a `code` that a program can switch on.
// Never holds an identifier, a digest or a prefix: messages end up in logs, and those must not.

/** Why a text is not an identifier; the closed list of docs/canonical.md, and `several`. */
export type RejectionReason =
  | "empty"
  | "oversized"
  | "masked"
  | "float"
  | "letters"
  | "character"
  | "country"
  | "length"
  | "not-a-number"
  | "unissued"
  | "date"
  | "future-date"
  | "check"
  /** More than one identifier where one is asked for. */
  | "several";

/** What this client declines to do, whatever the server says. */
export type RefusalReason =
  /** The server serves prefixes longer than 16 bits, which single people out. */
  | "prefix-too-long"
  /** Plain SHA-256 of a phone number is the phone number. */
  | "unkeyed"
  /** The published key is not the pinned one, or that of a mirror is not the service's: all would look absent. */
  | "key-mismatch"
  /** Even the shortest prefix served would leave fewer than 1,000 possible identifiers. */
  | "too-few-possible"
  /** The index holds other kinds and none of this one: "not found" would be true, and misleading. */
  | "kind-not-served";

/** Why there is no answer. None of these is a "not found". */
export type UnfinishedReason =
  /** The request itself failed: no network, no server. */
  | "network"
  /** The server answered with an error. */
  | "server"
  /** An answer of another size or shape than announced. */
  | "shape"
  /** The index was replaced during the check: twice, by one that this client refuses, or by one of another key. */
  | "moved"
  /** The caller's signal. */
  | "aborted";

/** The options of a check that can be wrong, whatever the text is. */
export type OptionName = "kind" | "region" | "server" | "mirror" | "partnerKey";

/** Everything that a check throws. To be switched on by `code`. */
export type CheckError = InvalidOption | Rejected | Refused | ProofFailed | RateLimited | EpochChanged | Unfinished;

export function isCheckError(error: unknown): error is CheckError {
  return error instanceof ExposureError;
}

export abstract class ExposureError extends Error {
  abstract readonly code: string;
  // Written out in each class, for logs: minified, a class has another name. On the prototype, for stacks:
  // they are made before the fields are.
  abstract override get name(): string;
}

/** The caller's mistake: no such kind or region, an address that is not one of a service, or a key that is no partner's. */
export class InvalidOption extends ExposureError {
  readonly code = "invalid-option";
  override get name(): string {
    return "InvalidOption";
  }
  constructor(readonly option: OptionName) {
    super(`the option is not valid: ${option}`);
  }
}

/** The text given is no identifier of its kind. */
export class Rejected extends ExposureError {
  readonly code = "rejected";
  override get name(): string {
    return "Rejected";
  }
  constructor(readonly reason: RejectionReason) {
    super(`not an identifier of this kind: ${reason}`);
  }
}

/** The client declines; nothing about an identifier has been sent. */
export class Refused extends ExposureError {
  readonly code = "refused";
  override get name(): string {
    return "Refused";
  }
  constructor(readonly reason: RefusalReason) {
    super(`this client refuses: ${reason}`);
  }
}

/** The server did not prove that it used its published key. */
export class ProofFailed extends ExposureError {
  readonly code = "proof-failed";
  override get name(): string {
    return "ProofFailed";
  }
  constructor() {
    super("the server's proof does not verify; nothing was concluded and the range was not asked for");
  }
}

/** The budget of evaluations is used up for now. */
export class RateLimited extends ExposureError {
  readonly code = "rate-limited";
  override get name(): string {
    return "RateLimited";
  }
  constructor(readonly retryAfterSeconds: number) {
    super(`too many checks; try again in ${retryAfterSeconds} s`);
  }
}

/**
 * The server changed its key after it was sent a prefix. A second prefix of the same identifier, under
 * another key, is independent of the first: together, equally long, they leave `possible / 2^(bits + bits)`.
 */
export class EpochChanged extends ExposureError {
  readonly code = "epoch-changed";
  override get name(): string {
    return "EpochChanged";
  }
  constructor(readonly possibleAfter: number) {
    super("the server changed its key during the check; asking again would reveal a second, independent prefix");
  }
}

/** The check did not finish. This is not a "not found". */
export class Unfinished extends ExposureError {
  readonly code = "unfinished";
  override get name(): string {
    return "Unfinished";
  }
  constructor(
    readonly reason: UnfinishedReason,
    readonly detail: string,
    /** Where the server said when to come back. */
    readonly retryAfterSeconds?: number,
  ) {
    super(`the check did not finish (${reason}): ${detail}`);
  }
}
