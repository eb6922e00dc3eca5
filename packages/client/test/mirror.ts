// A mirror of a running service's index: a copy of its files, served by another host.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface MirrorServer {
  readonly address: string;
  /** Requested paths, in order. */
  readonly log: string[];
  readonly stop: () => void;
}

/** Copies everything but evaluations, for every prefix. For a small index. */
export async function mirrorOf(service: string): Promise<MirrorServer> {
  const files = new Map<string, Uint8Array>();
  const copy = async (path: string) =>
    files.set(`/${path}`, new Uint8Array(await (await fetch(new URL(path, service))).arrayBuffer()));
  for (const path of ["v1/parameters", "v1/source-sets", "v1/breaches"]) await copy(path);
  const { index, range_lines } = JSON.parse(new TextDecoder().decode(files.get("/v1/parameters"))) as {
    index: string;
    range_lines: Record<string, number>;
  };
  for (const digits of Object.keys(range_lines).map((bits) => Number(bits) / 4)) {
    for (let n = 0; n < 16 ** digits; n++) await copy(`v1/range/${index}/${n.toString(16).padStart(digits, "0")}.bin`);
  }
  const log: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    log.push(path.slice(1));
    const file = files.get(path);
    response.writeHead(file === undefined || request.method !== "GET" ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, log, stop: () => server.close() };
}
