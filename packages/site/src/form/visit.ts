// Remembers which kinds were asked about during a visit, because two together reveal more than
// each. Only kinds, never a number or an answer; kept for this tab, so that they survive a change
// of language, and told to other tabs of this site that are open.

import { kinds } from "@exposure-checker/client/kinds";

const KEY = "kinds-asked";

const asked = new Set(recall());
/** Between the open tabs of one browser; nothing is stored. */
const tabs = typeof BroadcastChannel === "function" ? new BroadcastChannel(KEY) : null;

/** Calls back when another tab has asked about a kind. */
export function listenToOthers(onChange: () => void): void {
  if (tabs === null) return;
  tabs.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (data === "which") return tell();
    const others = String(data).split(" ");
    for (const { name } of kinds) if (others.includes(name)) asked.add(name);
    onChange();
  });
  tabs.postMessage("which");
}

/** Must be called as soon as a prefix may have been sent, whether or not an answer arrives. */
export function rememberAsked(kind: string): void {
  asked.add(kind);
  tell();
  try {
    sessionStorage.setItem(KEY, [...asked].join(" "));
  } catch {
    // If the browser forbids storage, kinds are remembered while the page is open.
  }
}

export function askedAnother(kind: string): boolean {
  return [...asked].some((earlier) => earlier !== kind);
}

function tell(): void {
  if (asked.size > 0) tabs?.postMessage([...asked].join(" "));
}

function recall(): string[] {
  try {
    const stored = (sessionStorage.getItem(KEY) ?? "").split(" ");
    return kinds.map(({ name }) => name).filter((name) => stored.includes(name));
  } catch {
    return [];
  }
}
