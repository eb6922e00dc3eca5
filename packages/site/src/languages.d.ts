// Tells TypeScript about the modules that languages.mjs makes of the files in languages/, and
// advice.mjs of those in advice/.
declare module "languages" {
  export const languages: Readonly<
    Record<
      string,
      () => Promise<{ readonly form: Record<import("./messages.js").Key, import("./messages.js").Template> }>
    >
  >;
}

declare module "advice" {
  export const advice: Readonly<
    Record<string, () => Promise<{ readonly advice: import("./form/advice.js").AdviceTable }>>
  >;
}
