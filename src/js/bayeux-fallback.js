/** The engine of `bayeux()` as plain JavaScript: the same Rust, translated from the wasm. */
import { makeGlue } from "bayeux-plain:glue";
import { instantiate } from "bayeux-plain:engine";

/** `{ glue, memory }`, as the wasm's glue gives them. */
export function open() {
  const { imports, connect } = makeGlue();
  return connect(instantiate(imports));
}
