/** The core as plain JavaScript: the same Rust, translated from the wasm. */
import { makeGlue } from "core-plain:glue";
import { instantiate } from "core-plain:engine";

/** `{ glue, memory }`, as the wasm's glue gives them. */
export function open() {
  const { imports, connect } = makeGlue();
  return connect(instantiate(imports));
}
