// A first check with the package:
// node check.mjs http://127.0.0.1:8080/ 15428351234 cn.ric:990000194001011009
// Arguments end up in the shell's history, so pass only numbers that belong to nobody.

import { checkMany, isCheckError } from "@exposure-checker/client";

const [server = "", ...numbers] = process.argv.slice(2);
const questions = numbers.map((number) => {
  const [text, kind = "phone"] = number.split(":").reverse();
  return { kind, text };
});

try {
  for (const { outcome, error } of await checkMany(fetch, { server, questions })) {
    // An error never means "not found".
    const elsewhere = (outcome ?? error).elsewhere ?? [];
    if (elsewhere.length > 0)
      console.error(`may also be a number of ${elsewhere.join(", ")}: write + and the calling code`);
    if (error !== null) console.log(`no answer: ${error.message}`);
    else if (!outcome.found) console.log(`${outcome.masked}: not found in the leaks that this service holds`);
    else if (outcome.breaches === null) console.log(`${outcome.masked}: found, in which leak cannot be determined`);
    else console.log(`${outcome.masked}: found in ${outcome.breaches.map(({ slug }) => slug).join(" and ")}`);
  }
} catch (error) {
  if (!isCheckError(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
