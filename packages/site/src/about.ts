// Owns what the file of a language says of itself. Apart from messages.ts, which is made of the reference language.

/** What the file of a language says of it. */
export interface About {
  /** Its name in itself, for those who look for it. */
  readonly name: string;
  /** Language tags whose readers get it, also where more follows in the tag; the longest of all languages decides. */
  readonly serves: readonly string[];
  /** The tag whose habits numbers and dates follow. */
  readonly formats: string;
}
