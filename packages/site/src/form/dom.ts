// The few ways in which the script touches the document: find, make, replace. Text is always
// inserted as text; markup cannot be passed, so Trusted Types need no policy.

type Attributes = Readonly<Record<string, string>>;
type Child = Node | string | null;

/** An element of the page, which must exist and have this type. */
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

/** A copy of a template in the page. The server wrote it, so no markup is made from strings. */
export function copyOf(id: string): DocumentFragment {
  return document.importNode(byId(id, HTMLTemplateElement).content, true);
}

/** A description list. Terms without a description are left out. */
export function definitions(rows: readonly (readonly [term: string, ...said: Child[]])[]): HTMLDListElement {
  const shown = rows.filter(([, ...said]) => said.some((child) => child !== null));
  return make(
    "dl",
    {},
    ...shown.map(([term, ...said]) => make("div", {}, make("dt", {}, term), make("dd", {}, ...said))),
  );
}

/** Lets the browser paint before the next long computation. */
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
