// Owns the one fact TypeScript cannot see: esbuild turns the shared table of kinds into a module.
// Its shape is declared, and used, in client/kinds.ts.
declare module "*/identifier/kinds.json" {
  const table: unknown;
  export default table;
}
