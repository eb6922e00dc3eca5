// Owns what is remembered of a visit: which kinds were asked about, since two together say more than each.
// Kinds only, never a number or an answer; for this tab, so that a change of language does not forget them.

import { kinds } from "@exposure-checker/client";

const KEY = "kinds-asked";

const asked = new Set(recall());

/** To be called as soon as a prefix may be out, whether or not an answer comes back. */
export function rememberAsked(kind: string): void {
  asked.add(kind);
  try {
    sessionStorage.setItem(KEY, [...asked].join(" "));
  } catch {
    // A browser may forbid storage; then this page remembers for as long as it is open.
  }
}

export function askedAnother(kind: string): boolean {
  return [...asked].some((earlier) => earlier !== kind);
}

function recall(): string[] {
  try {
    const stored = (sessionStorage.getItem(KEY) ?? "").split(" ");
    return kinds.map(({ name }) => name).filter((name) => stored.includes(name));
  } catch {
    return [];
  }
}
