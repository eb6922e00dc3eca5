// Tells TypeScript about the module that languages.mjs makes of the files in languages/.
declare module "languages" {
  export const languages: Readonly<
    Record<
      string,
      () => Promise<{ readonly form: Record<import("./messages.js").Key, import("./messages.js").Template> }>
    >
  >;
}
