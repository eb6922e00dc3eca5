// Types of independent.mjs, which is plain JavaScript so that it can be run as it is.

export function ask(
  server: string,
  inputs: readonly string[],
): Promise<{ found: boolean; sources: string[] | null; prefix: string }[]>;
