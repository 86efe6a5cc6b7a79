/** Changes to requests and responses on their way between the stream and a service. */

/** The address without the parameters of those names, and their values. */
export function beside(target, ...names) {
  const address = new URL(target);
  const values = names.map((name) => address.searchParams.get(name));
  for (const name of names) address.searchParams.delete(name);
  return { url: address.href, values };
}

/** The response with one header more, or another one. */
export function withHeader(response, name, value) {
  const headers = new Headers(response.headers);
  headers.set(name, value);
  return new Response(bodyOf(response), { status: response.status, statusText: response.statusText, headers });
}

/** These statuses have no body, not even an empty one. */
function bodyOf({ status, body }) {
  return [101, 204, 205, 304].includes(status) ? null : body;
}
