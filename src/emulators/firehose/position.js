/**
 * Positions as the service writes them: padded base64 of a topic, a partition and an offset. What stands before the topic puts
 * `+` and `/` into each, and what may stand behind it the padding: all that a query must percent-encode.
 */

export function positionOf(resource, offset) {
  const text = `v3~fh?${resource},0,${offset}`;
  return Buffer.from(text.length % 3 === 0 ? `${text},` : text).toString("base64");
}

/** The offset in a position, or undefined where it is none of this resource. */
export function offsetIn(resource, position) {
  const [, offset] = /,0,([0-9]{1,15}),?$/.exec(Buffer.from(position, "base64").toString("latin1")) ?? [];
  return offset !== undefined && positionOf(resource, Number(offset)) === position ? Number(offset) : undefined;
}
