// What the file of a language says about itself. Separate from messages.ts, whose types are made
// from the reference language.

/** About one language. */
export interface About {
  /** Its name in itself, for those who look for it. */
  readonly name: string;
  /**
   * Language tags whose readers get this language, with or without further subtags. Of all
   * languages, the longest match decides.
   */
  readonly serves: readonly string[];
  /** The tag whose formats of numbers and dates are used. */
  readonly formats: string;
}
