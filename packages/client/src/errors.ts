// Owns the errors of a check. Each has a `code` that a program can switch on. Messages hold no
// identifier, digest or prefix, because they end up in logs.

/** Why a text is not an identifier: the closed list of docs/canonical.md, and `several`. */
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
  /** More than one identifier in a question. */
  | "several";

/** What this client refuses, whatever the server says. */
export type RefusalReason =
  /** The server serves prefixes longer than 16 bits, which single people out. */
  | "prefix-too-long"
  /** A plain SHA-256 of a phone number is as good as the number. */
  | "unkeyed"
  /**
   * The published key is not the pinned one, or the mirror's key is not the service's. Every lookup
   * would say "not found".
   */
  | "key-mismatch"
  /** Even the shortest served prefix would leave fewer than 1,000 possible identifiers. */
  | "too-few-possible"
  /** The index holds other kinds but not this one: "not found" would be true and misleading. */
  | "kind-not-served";

/** Why a check could not be completed. None of these means "not found". */
export type UnfinishedReason =
  /** The request failed: no network, or no server. */
  | "network"
  /** The server answered with an error status. */
  | "server"
  /** An answer whose size or structure is not the announced one. */
  | "shape"
  /**
   * The index was replaced during the check: twice, by one that this client refuses, or by one with
   * another key.
   */
  | "moved"
  /** The caller's signal. */
  | "aborted";

/** The options of a check that can be invalid, whatever the text is. */
export type OptionName = "kind" | "region" | "server" | "mirror" | "partnerKey";

/** Everything that a check throws. Switch on `code`. */
export type CheckError =
  | InvalidOption
  | Rejected
  | Refused
  | ProofFailed
  | RateLimited
  | EpochChanged
  | OtherForms
  | OutsidePlans
  | Unfinished;

export function isCheckError(error: unknown): error is CheckError {
  return error instanceof ExposureError;
}

export abstract class ExposureError extends Error {
  abstract readonly code: string;
  // `name` is written out in each class, because minifying renames classes. It is on the prototype,
  // because stacks are captured before fields are initialised.
  abstract override get name(): string;
}

/**
 * The caller's mistake: an unknown kind or region, an address that cannot be a service's, or a
 * malformed partner key.
 */
export class InvalidOption extends ExposureError {
  readonly code = "invalid-option";
  override get name(): string {
    return "InvalidOption";
  }
  constructor(readonly option: OptionName) {
    super(`the option is not valid: ${option}`);
  }
}

/** The text is not an identifier of its kind. */
export class Rejected extends ExposureError {
  readonly code = "rejected";
  override get name(): string {
    return "Rejected";
  }
  constructor(readonly reason: RejectionReason) {
    super(`not an identifier of this kind: ${reason}`);
  }
}

/** The client refuses to ask; nothing about an identifier has been sent. */
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
    super("the server's proof is invalid; no range was requested");
  }
}

/** The quota of evaluations is used up for now. */
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
 * The server changed its key after a prefix was sent. A second prefix of the same identifier under
 * another key is independent of the first: two of the same length leave `possible / 2^(bits +
 * bits)` possible identifiers.
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

/**
 * Not found, but the index holds this kind in canonical forms of other versions than this client's,
 * and so perhaps the number in another form. This is not "not found". A number that is found is
 * found, whatever the versions are.
 */
export class OtherForms extends ExposureError {
  readonly code = "other-forms";
  override get name(): string {
    return "OtherForms";
  }
  constructor(
    readonly kind: string,
    /** The versions in the index. */
    readonly indexVersions: readonly number[],
    /** The version of this client. */
    readonly ownVersion: number,
  ) {
    super(
      `it cannot be told whether the number is in the index: kind ${kind} is there in canonical forms of version ` +
        `${indexVersions.join(" and ")}, and this client knows version ${ownVersion}`,
    );
  }

  /** Whether a newer client helps; otherwise the operator has to ingest the sources again. */
  get isClientOlder(): boolean {
    return this.indexVersions.some((version) => version > this.ownVersion);
  }
}

/**
 * Not found, but no numbering plan contains the number: nobody has it, so that another one was
 * meant. This is not "not found". A number that is found is found, whether a plan contains it or
 * not.
 */
export class OutsidePlans extends ExposureError {
  readonly code = "outside-plans";
  override get name(): string {
    return "OutsidePlans";
  }
  constructor(
    /**
     * The country in which the number was looked for, ISO 3166-1 alpha-2; null if it is of none.
     */
    readonly country: string | null,
    /** Countries of which the text is a number rather, if it names none. */
    readonly elsewhere: readonly string[],
  ) {
    super("it cannot be told whether the number is in the index: no numbering plan contains it, so another was meant");
  }
}

/** The check could not be completed. This is not "not found". */
export class Unfinished extends ExposureError {
  readonly code = "unfinished";
  override get name(): string {
    return "Unfinished";
  }
  constructor(
    readonly reason: UnfinishedReason,
    readonly detail: string,
    /** If the server said when to try again. */
    readonly retryAfterSeconds?: number,
  ) {
    super(`the check did not finish (${reason}): ${detail}`);
  }
}
