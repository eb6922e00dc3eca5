// A program as a partner would write it, against the installed package and without the DOM's types.
// It is compiled and never run: an unhandled case would not compile.

import {
  type Answer,
  type Breach,
  type CheckError,
  type CheckManyOptions,
  type CheckOptions,
  canonicalise,
  check,
  checkMany,
  type Fetch,
  fromBase64url,
  isCheckError,
  kinds,
  type Outcome,
  type Query,
  readService,
} from "@exposure-checker/client";
import { keyFingerprint } from "@exposure-checker/client/protocol";

const server = new URL("https://exposure.example/");
const pinnedKey: Uint8Array = fromBase64url("IgkE8sSYI0fL8_Lh7xbKt_G3MGStc_mrVKFfdtfvJgE", 32) ?? new Uint8Array();

export async function one(text: string, signal: AbortSignal): Promise<string> {
  const options: CheckOptions = {
    server,
    kind: "phone",
    text,
    region: "GB",
    pinnedKey,
    signal,
    mirror: "https://mirror.example/",
    onStep: (step) => console.log(step),
  };
  try {
    const { found, breaches, sent }: Outcome = await check(fetch, options);
    return found ? namesOf(breaches) : `not found among ${sent.possible}`;
  } catch (error) {
    if (!isCheckError(error)) throw error;
    return waitFor(error);
  }
}

export async function many(texts: readonly string[], asPartner: string | undefined): Promise<string[]> {
  const questions: Query[] = texts.map((text) => ({ kind: "cn.ric", text }));
  const options: CheckManyOptions = { server, questions, pinnedKey, partnerKey: asPartner };
  const loud: Fetch = (input, init) => fetch(input, init);
  const answers: Answer[] = await checkMany(loud, options);
  return answers.map(({ outcome, error }) => (error === null ? namesOf(outcome.breaches) : waitFor(error)));
}

export function careless(answer: Answer): boolean {
  // @ts-expect-error an unfinished check has no outcome
  return answer.outcome.found;
}

export async function others(): Promise<number> {
  const { publicKey, epoch } = await readService(fetch, server, { pinnedKey });
  const fingerprint: string = publicKey === null ? "" : keyFingerprint(publicKey);
  return epoch + fingerprint.length + kinds.length + (await canonicalise("phone", "1")).length;
}

function namesOf(breaches: readonly Breach[] | null): string {
  return breaches === null ? "undetermined" : breaches.map(({ slug, title }) => title.en ?? slug).join();
}

/** Handles every code, or the missing `return` would not compile. */
function waitFor(error: CheckError): string {
  switch (error.code) {
    case "rate-limited":
      return `${error.retryAfterSeconds} s`;
    case "other-forms":
      return `${error.kind}: ${error.indexVersions.join()} for ${error.ownVersion}`;
    case "unfinished":
      return `${error.reason} ${error.retryAfterSeconds ?? ""}`;
    case "epoch-changed":
      return `${error.possibleAfter}`;
    case "invalid-option":
      return error.option;
    case "rejected":
    case "refused":
      return error.reason;
    case "outside-plans":
      return `${error.country}: ${error.elsewhere.join()}`;
    case "proof-failed":
      return error.message;
  }
}
