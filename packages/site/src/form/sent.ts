// The panel that shows exactly what left this device during a check, and what did not. Repeats what
// the client recorded, and computes nothing.

import { toBase64url } from "@exposure-checker/client/encoding";
import type { Sent } from "@exposure-checker/client/outcome";
import { definitions, make } from "./dom.js";
import { about, say } from "./language.js";

export function sentPanel(sent: Sent): HTMLElement {
  const { element, prefix, prefixBits, bytes, possible } = sent;
  return make(
    "details",
    { class: "saw private" },
    make("summary", {}, say("sawHeading")),
    definitions([
      [
        say("sawElement"),
        ...(element === null
          ? [null]
          : [code(toBase64url(element)), note(say("sawElementNote", { n: element.length }))]),
      ],
      [say("sawPrefix"), code(prefix), note(say("sawPrefixNote", { n: prefixBits }))],
      [say("sawPossible"), note(say("sawPossibleNote", { n: about(possible) }))],
      [say("sawBucket"), note(say("sawBucketNote", { bytes }))],
      [say("sawAddress"), note(say("sawAddressNote"))],
    ]),
    make("p", {}, say("sawNot")),
  );
}

function code(text: string): HTMLElement {
  return make("code", { translate: "no" }, text);
}

function note(text: string): HTMLElement {
  return make("span", {}, text);
}
