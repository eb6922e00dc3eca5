// Searches what a browser sent for a number: every spelling of it, in every encoding and bare hash
// that a careless or dishonest page could use. Planted leaks in privacy.test.ts show that it can
// find something.

import { createHash } from "node:crypto";
import type { Page, Request } from "playwright-core";

export interface Recorded {
  readonly url: string;
  /** Address, headers and body in one text. */
  readonly all: string;
  readonly body: string | null;
}

/** Records all requests of a page's context from now on. */
export function record(page: Page): Recorded[] {
  const requests: Recorded[] = [];
  page.context().on("request", (request: Request) => {
    const body = request.postData();
    const headers = Object.entries(request.headers()).map(([name, value]) => `${name}: ${value}`);
    requests.push({ url: request.url(), body, all: [request.url(), ...headers, body ?? ""].join("\n") });
  });
  return requests;
}

/** Every way in which these spellings could be written into a request, by name. */
export function encodings(spellings: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const spelling of spellings) {
    const bytes = Buffer.from(spelling);
    found.set(`${spelling} as it is`, spelling);
    found.set(`${spelling} URL-encoded`, encodeURIComponent(spelling));
    found.set(`${spelling} in hex`, bytes.toString("hex"));
    found.set(`${spelling} in base64`, unpadded(bytes.toString("base64")));
    found.set(`${spelling} in base64url`, bytes.toString("base64url"));
    for (const algorithm of ["md5", "sha1", "sha256", "sha512"]) {
      const digest = createHash(algorithm).update(bytes).digest();
      found.set(`${algorithm} of ${spelling} in hex`, digest.toString("hex"));
      found.set(`${algorithm} of ${spelling} in base64`, unpadded(digest.toString("base64")));
      found.set(`${algorithm} of ${spelling} in base64url`, digest.toString("base64url"));
    }
  }
  return found;
}

/** Padding can be left out or escaped; what precedes it cannot. */
function unpadded(base64: string): string {
  return base64.replace(/=+$/, "");
}

/** Names of the encodings that occur in a request, URL-encoded or not. */
export function leaksIn(request: Recorded, needles: ReadonlyMap<string, string>): string[] {
  const haystack = `${request.all}\n${decoded(request.all)}`.toLowerCase();
  return [...needles].filter(([, needle]) => haystack.includes(needle.toLowerCase())).map(([name]) => name);
}

function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => Buffer.from(escaped.replaceAll("%", ""), "hex").toString());
}
