// Tells TypeScript that kinds-table.mjs turns the shared tables into modules. The types of kinds are
// declared in kinds.ts and rules.ts; that of the table of phone_moves.json in moves.ts.
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
