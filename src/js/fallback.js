/** The engine as plain JavaScript: the same Rust core, translated from the wasm. */
import { makeGlue } from "plain:glue";
import { instantiate } from "plain:engine";

/** As `load` in load.js gives it. */
export function open() {
  const { imports, connect } = makeGlue();
  return { ...connect(instantiate(imports)), kind: "js" };
}
