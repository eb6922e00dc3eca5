// Owns the one fact TypeScript cannot see: languages.mjs makes this module of the files in languages/.
declare module "languages" {
  export const languages: Readonly<
    Record<
      string,
      () => Promise<{ readonly form: Record<import("./messages.js").Key, import("./messages.js").Template> }>
    >
  >;
}
