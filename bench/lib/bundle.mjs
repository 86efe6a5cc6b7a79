/** One script for a page, out of a module and all that it imports. */
import { build } from "esbuild";

export async function bundle(entry) {
  const { outputFiles } = await build({
    ...{ entryPoints: [entry], bundle: true, write: false, format: "esm", target: "es2022", platform: "browser" },
    logLevel: "error",
  });
  return outputFiles[0].text;
}
