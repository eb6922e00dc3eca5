// Owns the fields that choose what is checked: a phone number or an ID, its country, its kind. Only
// what the service holds is offered. The text field is form.ts's.

import { kindNamed } from "@exposure-checker/client/kinds";
import { byId, make } from "./dom.js";
import { countries, homeCountry, isHeld, kindsOf, kindText } from "./identities.js";
import { locale, say } from "./language.js";
import { callingCode, homeRegion, homeRegions, type Named, namedRegions, REGIONS } from "./regions.js";

/** A phone number, or an ID, whose country and kind two more fields choose. */
type Topic = "phone" | "identity";

const tabs = byId("kinds", HTMLElement);
const regionRow = byId("region-row", HTMLElement);
const region = byId("region", HTMLSelectElement);
const countryRow = byId("country-row", HTMLElement);
const country = byId("country", HTMLSelectElement);
const kindRow = byId("kind-row", HTMLElement);
const identity = byId("kind", HTMLSelectElement);
const notHeld = byId("not-held", HTMLElement);

let topic: Topic = "phone";
/** A chosen region leaves no doubt; a guessed one does. */
let isRegionChosen = false;
let isBusy = false;

/** Fills in the choices. `onChoice` is called after each change that somebody makes. */
export function startChooser(onChoice: () => void): void {
  for (const tab of tabs.querySelectorAll("button")) {
    tab.addEventListener("click", () => {
      const chosen = tab.dataset.topic === "phone" ? "phone" : "identity";
      if (isBusy || chosen === topic) return;
      topic = chosen;
      showTopic();
      onChoice();
    });
  }
  offer(region, REGIONS, homeRegion(locale), ({ code, name }) => `${name} (${callingCode(code)})`);
  region.addEventListener("change", () => {
    isRegionChosen = true;
    onChoice();
  });
  country.addEventListener("change", () => {
    offerKinds();
    showTopic();
    onChoice();
  });
  identity.addEventListener("change", onChoice);
  offerHeld();
}

/** Offers what the service holds, once it is known; keeps what is chosen if that is held. */
export function offerHeld(): void {
  const chosen = identity.value;
  const offered = countries();
  const wanted = offered.includes(country.value) ? country.value : homeCountry();
  offer(country, offered, wanted, ({ name }) => name);
  offerKinds();
  if (isHeld(chosen) && kindsOf(country.value).some(({ name }) => name === chosen)) identity.value = chosen;
  showTopic();
}

/** Chooses a kind as if somebody had. */
export function chooseKind(kind: string): void {
  const { country: issuer } = kindNamed(kind);
  topic = issuer === null ? "phone" : "identity";
  if (issuer !== null) {
    country.value = issuer;
    offerKinds();
    identity.value = kind;
  }
  showTopic();
}

/** The chosen kind and country. */
export function choice(): { kind: string; region: string; home: readonly string[] } {
  const kind = topic === "phone" || identity.value === "" ? "phone" : identity.value;
  return { kind, region: region.value, home: isRegionChosen ? [] : homeRegions() };
}

/** During a check the choice is fixed. Select elements have no read-only state. */
export function fixChoice(now: boolean): void {
  isBusy = now;
  for (const select of [region, country, identity]) select.disabled = now;
}

/** Whether there is anything of the chosen topic to be checked. */
export function isOffered(): boolean {
  return topic === "phone" ? isHeld("phone") : countries().length > 0;
}

/** The common countries first, if there are enough for that. */
function offer(
  select: HTMLSelectElement,
  codes: readonly string[],
  chosen: string,
  text: (region: Named) => string,
): void {
  const { common, all } = namedRegions(locale, codes);
  const options = (regions: readonly Named[]) =>
    regions.map((region) => make("option", { value: region.code }, text(region)));
  const isLong = all.length > 2 * common.length && common.length > 1;
  const groups = isLong
    ? [
        make("optgroup", { label: say("regionsCommon") }, ...options(common)),
        make("optgroup", { label: say("regionsAll") }, ...options(all)),
      ]
    : options(all);
  select.replaceChildren(...groups);
  select.value = chosen;
}

function offerKinds(): void {
  identity.replaceChildren(
    ...kindsOf(country.value).map((kind) => make("option", { value: kind.name }, kindText(kind))),
  );
}

/** Shows the fields of the chosen topic, or says that nothing of it is held. */
function showTopic(): void {
  const isPhone = topic === "phone";
  for (const button of tabs.querySelectorAll("button"))
    button.setAttribute("aria-pressed", String(button.dataset.topic === topic));
  const isAny = isOffered();
  regionRow.hidden = !isPhone || !isAny;
  countryRow.hidden = isPhone || !isAny;
  // A single kind is not a choice.
  kindRow.hidden = isPhone || identity.options.length < 2;
  notHeld.textContent = isAny ? null : say(isPhone ? "phonesNotHeld" : "identitiesNotHeld");
  notHeld.hidden = isAny;
}
