// Owns which tests the site has; how they run is the client's run.mjs.
// usage: node test/run.mjs unit|browser|screens

import { fileURLToPath } from "node:url";
import { runTests } from "../../client/test/run.mjs";
import { languages } from "../languages.mjs";

process.exit(await runTests(fileURLToPath(new URL("..", import.meta.url)), [languages]));
