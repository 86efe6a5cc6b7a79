/** Turns the wasm's text form into its bytes. */

/** The bytes, or null where this platform cannot inflate. */
export async function unpack(base64) {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  if (!__DEFLATED__) return bytes;
  const inflater = makeInflater();
  return inflater && new Response(new Blob([bytes]).stream().pipeThrough(inflater)).arrayBuffer();
}

function makeInflater() {
  try {
    return new DecompressionStream("deflate-raw");
  } catch {
    return null;
  }
}
