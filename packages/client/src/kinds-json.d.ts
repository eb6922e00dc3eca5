// Tells TypeScript that kinds-table.mjs turns the shared tables of kinds and of canonical versions
// into modules, and those of phone numbers. The types of kinds are declared in kinds.ts and
// rules.ts, that of phone_moves.json in moves.ts.
declare module "*/identifier/kinds.json?display" {
  const table: unknown;
  export default table;
}
declare module "*/identifier/kinds.json?rules" {
  const table: unknown;
  export default table;
}
declare module "*/identifier/canonical-versions.json?kinds" {
  const table: Readonly<Record<string, number>>;
  export default table;
}
declare module "*/identifier/phone_moves.json?moves" {
  const table: unknown;
  export default table;
}
declare module "*/identifier/phone_spellings.txt?valid" {
  const lines: string;
  export default lines;
}
