// Remembers which kinds were asked about during a visit, because two together reveal more than
// each. Only kinds, never a number or an answer; kept for this tab, so that they survive a change
// of language.

import { kinds } from "@exposure-checker/client";

const KEY = "kinds-asked";

const asked = new Set(recall());

/** Must be called as soon as a prefix may have been sent, whether or not an answer arrives. */
export function rememberAsked(kind: string): void {
  asked.add(kind);
  try {
    sessionStorage.setItem(KEY, [...asked].join(" "));
  } catch {
    // If the browser forbids storage, kinds are remembered while the page is open.
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
