// Runs the site's tests with the client's test runner.
// usage: node test/run.mjs unit|browser|screens

import { fileURLToPath } from "node:url";
import { runTests } from "../../client/test/run.mjs";
import { languages } from "../languages.mjs";

process.exit(await runTests(fileURLToPath(new URL("..", import.meta.url)), [languages]));
