// Bundles for workerd.

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

/**
 * The modules of a worker, bundled as the Workers tools do: by their conditions, and each `.wasm`
 * that is imported goes along as a module that workerd compiles.
 */
export async function workerModules(entry) {
  const wasm = [];
  const keepWasm = {
    name: "keep-wasm",
    setup(building) {
      building.onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        wasm.push(join(resolveDir, path));
        return { path: `./${basename(path)}`, external: true };
      });
    },
  };
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    plugins: [keepWasm],
    write: false,
  });
  const script = { type: "ESModule", path: basename(entry), contents: outputFiles[0].text };
  const modules = wasm.map(async (path) => ({
    type: "CompiledWasm",
    path: basename(path),
    contents: await readFile(path),
  }));
  return [script, ...(await Promise.all(modules))];
}
