// Owns the requests: their headers, size limits and time limit, and what an HTTP status means to a check.
// Knows addresses, not what is in the answers. Sends no cookies, no referrer, and follows no redirect.

import { RateLimited, Unfinished } from "./errors.js";

export type Fetch = typeof globalThis.fetch;

/** Far more than any honest catalogue. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;
/** A range of some megabytes over a slow connection must still arrive. */
const TIMEOUT_MS = 60_000;
/** For an answer that says "too many" and not for how long. */
const DEFAULT_RETRY_SECONDS = 60;

/** The index or epoch asked for is no longer there. */
export const GONE = Symbol("gone");

export class Service {
  readonly #fetch: Fetch;
  readonly #base: string;

  constructor(fetch: Fetch, base: string | URL) {
    // Called as a plain function: a browser's fetch refuses any other `this`.
    this.#fetch = (input, init) => fetch(input, init);
    this.#base = String(base).replace(/\/*$/, "/");
  }

  /** Always asks the server: a cached answer could belong to an index that is gone. */
  async json(path: string): Promise<unknown> {
    return parse(succeeded(await this.#send(path, { cache: "no-cache" })));
  }

  async post(path: string, body: unknown): Promise<unknown | typeof GONE> {
    const headers = { "content-type": "application/json" };
    const response = await this.#send(path, { method: "POST", headers, body: JSON.stringify(body) });
    // A key that is no longer current is a conflict or gone, depending on how long ago it was.
    if (response.status === 409 || response.status === 410) return GONE;
    return parse(succeeded(response));
  }

  /** The bytes of a file that may be `limit` long; more than that many if it is longer. */
  async bytes(path: string, limit: number): Promise<Uint8Array | typeof GONE> {
    // Never kept on this device: a cache would remember which prefix was asked for.
    const response = await this.#send(path, { cache: "no-store" });
    if (response.status === 410) return GONE;
    return readAtMost(succeeded(response), limit);
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(new URL(path, this.#base), {
        ...init,
        credentials: "omit",
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw new Unfinished("network", "the request failed");
    }
  }
}

function succeeded(response: Response): Response {
  if (response.ok) return response;
  const seconds = Number(response.headers.get("retry-after") ?? "");
  const retryAfter = Number.isInteger(seconds) && seconds > 0 ? seconds : undefined;
  if (response.status === 429) throw new RateLimited(retryAfter ?? DEFAULT_RETRY_SECONDS);
  throw new Unfinished("server", `status ${response.status}`, retryAfter);
}

async function parse(response: Response): Promise<unknown> {
  const body = await readAtMost(response, MAX_JSON_BYTES);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new Unfinished("shape", "answer: not JSON");
  }
}

/** The whole body, or, of a longer one, its first bytes: enough to see that it is too long. */
async function readAtMost(response: Response, limit: number): Promise<Uint8Array> {
  const chunks: BlobPart[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  try {
    while (reader !== undefined && length <= limit) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      length += value.length;
    }
    if (length > limit) await reader?.cancel();
  } catch {
    throw new Unfinished("network", "the answer broke off");
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
