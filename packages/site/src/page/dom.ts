// Owns the few ways in which the page touches the document: find, make, replace. Text goes in as text only;
// there is no way here to hand over markup, so Trusted Types has nothing to allow.

type Attributes = Readonly<Record<string, string>>;
type Child = Node | string | null;

/** An element of the page, which is there and of this type, or the page is broken. */
export function byId<T extends HTMLElement>(id: string, type: abstract new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page lacks #${id}`);
  return found;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** A copy of what a template of the page holds: written by the server, and so no matter of markup from strings. */
export function copyOf(id: string): DocumentFragment {
  return document.importNode(byId(id, HTMLTemplateElement).content, true);
}

/** A list of terms and what is to be said of each. Terms with nothing to say are left out. */
export function definitions(rows: readonly (readonly [term: string, ...said: Child[]])[]): HTMLDListElement {
  const shown = rows.filter(([, ...said]) => said.some((child) => child !== null));
  return make(
    "dl",
    {},
    ...shown.map(([term, ...said]) => make("div", {}, make("dt", {}, term), make("dd", {}, ...said))),
  );
}

/** Lets the browser paint what has changed before the next long computation. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    // A hidden tab gets no frames, and must not wait for one.
    const late = setTimeout(resolve, 100);
    requestAnimationFrame(() =>
      setTimeout(() => {
        clearTimeout(late);
        resolve();
      }),
    );
  });
}
