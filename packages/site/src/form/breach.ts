// The card of one leak: what is known of it, and what a match with it proves and does not prove.
// Which leaks are shown is decided in result.ts.

import type { Breach, Localised } from "@exposure-checker/client/catalogue";
import { definitions, make } from "./dom.js";
import { count, day, localised, say } from "./language.js";

const CLASSES: Record<string, string> = {
  phone: say("class_phone"),
  "national-id": say("class_nationalId"),
  name: say("class_name"),
  address: say("class_address"),
  email: say("class_email"),
  "birth-date": say("class_birthDate"),
  sex: say("class_sex"),
  "police-record": say("class_policeRecord"),
  "delivery-order": say("class_deliveryOrder"),
  "bank-card": say("class_bankCard"),
  vehicle: say("class_vehicle"),
};

/** A card without `matched` says nothing about a match. */
export function breachCard(breach: Breach, { matched }: { matched: boolean }): HTMLElement {
  const classes = breach.dataClasses.map((name) => CLASSES[name] ?? name);
  const details = definitions([
    [say("cardDate"), breach.date === null ? say("unknown") : day(breach.date)],
    [say("cardRecords"), breach.records === null ? null : count(breach.records)],
    [say("cardClasses"), classes.length === 0 ? null : classes.join(say("listSeparator"))],
    [say("cardStatus"), say(breach.verified ? "verified" : "claimed")],
    [say("cardOrigin"), prose(breach.origin)],
    [say("cardProves"), matched ? say(breach.verified ? "provesVerified" : "provesClaimed") : null],
    [say("cardAdvice"), matched ? prose(breach.advice) : null],
  ]);
  const description = prose(breach.description);
  return make(
    "article",
    { class: "card" },
    // One level below the heading of its group.
    make(matched ? "h5" : "h4", {}, breachTitle(breach)),
    description === null ? null : make("p", {}, description),
    details,
  );
}

/** The title in the nearest language, or what else names the leak. */
export function breachTitle({ title, name, slug }: Breach): HTMLElement | string {
  return prose(title) ?? name ?? slug;
}

/** A text of the catalogue, marked with its language if that differs from the page's. */
function prose(text: Localised): HTMLElement | null {
  const found = localised(text);
  return found === null ? null : make("span", { lang: found.lang }, found.text);
}
