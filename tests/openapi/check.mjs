// Takes the address of an OpenAPI document in a file, and a folder to work in. Lints the document, generates
// TypeScript from it, and leaves it there for the compiler.
import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { createConfig, lint, getTotals, formatProblems } from "@redocly/openapi-core";
import openapiTS, { astToString } from "openapi-typescript";

const [document, output] = process.argv.slice(2);

const config = await createConfig({
  extends: ["recommended-strict"],
  rules: {
    // The document is served by each server for itself: it names no host.
    "no-server-example.com": "off",
  },
});
const problems = await lint({ ref: document, config });
formatProblems(problems, { format: "stylish", totals: getTotals(problems), version: "1" });
await writeFile(output, astToString(await openapiTS(pathToFileURL(document))));
process.exit(problems.length === 0 ? 0 : 1);
