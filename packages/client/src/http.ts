// Owns HTTP requests: their headers, size limits and time limit, and what a status means for a
// check. Knows addresses, not the content of answers. Sends no cookies and no referrer, and follows
// no redirect.

import { InvalidOption, type OptionName, RateLimited, Unfinished } from "./errors.js";

export type Fetch = typeof globalThis.fetch;

/** Much larger than any real catalogue. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;
/** Enough for a range of some megabytes over a slow connection. */
const TIMEOUT_MS = 60_000;
/** For a 429 that does not say for how long. */
const DEFAULT_RETRY_SECONDS = 60;

/** The requested index or epoch no longer exists. */
export const GONE = Symbol("gone");

export class Service {
  readonly #fetch: Fetch;
  readonly #base: URL;
  readonly #signal: AbortSignal | undefined;

  /** @throws {InvalidOption} unless the address is that of a folder over HTTP. */
  constructor(fetch: Fetch, address: string | URL, signal?: AbortSignal, option: OptionName = "server") {
    // Called as a plain function: a browser's fetch refuses any other `this`.
    this.#fetch = (input, init) => fetch(input, init);
    this.#base = folder(String(address), option);
    this.#signal = signal;
  }

  /** Always asks the server: a cached answer could belong to an index that is gone. */
  async json(path: string): Promise<unknown> {
    return this.#send(path, { cache: "no-cache" }, (response) => parse(succeeded(response)));
  }

  async post(path: string, body: unknown): Promise<unknown | typeof GONE> {
    const headers = { "content-type": "application/json" };
    return this.#send(path, { method: "POST", headers, body: JSON.stringify(body) }, async (response) => {
      // The status for an outdated key is 409 or 410, depending on how long ago it was replaced.
      if (response.status === 409 || response.status === 410) return GONE;
      return parse(succeeded(response));
    });
  }

  /**
   * A body of at most `limit` bytes. Of a longer one, enough is returned to see that it is too
   * long.
   */
  async bytes(path: string, limit: number): Promise<Uint8Array | typeof GONE> {
    // Never cached: the cache would show which prefix was requested.
    return this.#send(path, { cache: "no-store" }, async (response) => {
      if (response.status === 410) return GONE;
      return readAtMost(succeeded(response), limit);
    });
  }

  /** The time limit includes reading the body. */
  async #send<T>(path: string, init: RequestInit, read: (response: Response) => Promise<T>): Promise<T> {
    const url = new URL(path, this.#base);
    // Browsers of a few years ago have neither AbortSignal.timeout nor AbortSignal.any.
    const stop = new AbortController();
    const abort = () => stop.abort();
    const timer = setTimeout(abort, TIMEOUT_MS);
    this.#signal?.addEventListener("abort", abort);
    try {
      this.#refuseAborted();
      return await read(await this.#request(url, { ...init, signal: stop.signal }));
    } catch (error) {
      this.#refuseAborted();
      throw error;
    } finally {
      clearTimeout(timer);
      this.#signal?.removeEventListener("abort", abort);
    }
  }

  async #request(url: URL, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(url, { ...init, credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" });
    } catch {
      throw new Unfinished("network", "the request failed");
    }
  }

  #refuseAborted(): void {
    if (this.#signal?.aborted === true) throw new Unfinished("aborted", "stopped by the caller");
  }
}

/**
 * Paths are resolved against the address, which would drop its query or fragment; fetch refuses
 * credentials.
 */
function folder(address: string, option: OptionName): URL {
  try {
    const url = new URL(address.replace(/\/*$/, "/"));
    if (/^https?:$/.test(url.protocol) && url.username === "" && url.password === "" && !/[?#]/.test(address))
      return url;
  } catch {
    // An address that cannot be parsed is the same mistake.
  }
  throw new InvalidOption(option);
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

/** The whole body or, if it is longer than `limit`, enough of it to see that. */
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
    throw new Unfinished("network", "the connection was lost during the answer");
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
