/** Gives up a body that nobody will read. */

/**
 * What comes of it is nobody's concern any more: one that is broken already says so again, and one of a fetch of
 * the application's own may not do as the standard says.
 *
 * @param body a stream or its reader, if there is one
 */
export async function cancel(body) {
  try {
    await body?.cancel?.();
  } catch {
    /* As said above. */
  }
}
