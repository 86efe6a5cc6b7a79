/** The engine as plain JavaScript: the same Rust core, translated from the wasm. */
import { makeGlue } from "plain:glue";
import { instantiate } from "plain:engine";

/** `{ glue, memory }`, as the wasm's glue gives them. */
export function open() {
  const { imports, connect } = makeGlue();
  return connect(instantiate(imports));
}
