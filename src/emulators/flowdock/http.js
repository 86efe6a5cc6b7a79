/** What both hosts share: who is asking, CORS, bodies and answers. */

/** A request that is answered with an error, as JSON. */
export class Refused extends Error {
  constructor(status, message, errors) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export class BadRequest extends Refused {
  constructor(message, errors) {
    super(400, message, errors);
  }
}

/** The request's address, taken apart; `segments` are those of its path, decoded. */
export function addressOf(request) {
  /* Not by a base: a path that begins with two slashes would be taken for a host. */
  const { pathname, searchParams } = new URL(`http://flowdock${request.url}`);
  try {
    return { segments: pathname.split("/").filter(Boolean).map(decodeURIComponent), query: searchParams };
  } catch {
    throw new BadRequest("The path is not well formed");
  }
}

/** The user whose token (as user name or bearer) or password the request brings. */
export function userOf(request, query, users) {
  const [, scheme = "", credentials = ""] = /^(\S+)\s+(.*)$/.exec(request.headers.authorization ?? "") ?? [];
  const token = (text) => users.find((user) => user.token !== undefined && user.token === text);
  let user;
  if (/^basic$/i.test(scheme)) {
    const [name, ...rest] = Buffer.from(credentials, "base64").toString("utf8").split(":");
    /* With a token the password does not matter. */
    const named = users.find(({ email, password }) => password !== undefined && email === name);
    user = token(name) ?? (named?.password === rest.join(":") ? named : undefined);
  } else {
    user = token(/^bearer$/i.test(scheme) ? credentials : query.get("access_token"));
  }
  if (!user) throw new Refused(401, "Unauthorized");
  return user;
}

/** The flow, where there is one and the user may see it. */
export function flowFor(workspace, user, name) {
  const flow = workspace.flow(name);
  if (!flow) throw new Refused(404, "Flow not found");
  if (!workspace.isMember(user, flow)) throw new Refused(403, "Access denied");
  return flow;
}

/** As documented; `Last-Event-ID` is not among the headers that a page may send. */
export function allowOrigins(request, response) {
  const { origin } = request.headers;
  if (origin === undefined) return;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-allow-methods", "POST, PUT, PATCH, DELETE, GET, OPTIONS");
  response.setHeader(
    "access-control-allow-headers",
    "Origin, Accept, Content-type, Authorization, X-CSRF-Token, X-Requested-With, X-Prototype-Version",
  );
  response.setHeader("vary", "Origin");
}

/** What was posted, JSON or a form. */
export async function bodyOf(request) {
  request.setEncoding("utf8");
  let text = "";
  for await (const part of request) text += part;
  const type = request.headers["content-type"] ?? "";
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return Object.fromEntries(new URLSearchParams(text));
  if (!/^application\/json\b/i.test(type)) throw new BadRequest("The content type is neither JSON nor a form");
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new BadRequest("The body is not well-formed JSON");
  }
}

export function answer(response, status, body, headers = {}) {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

/** Answers with what was thrown. */
export function answerError(response, thrown) {
  const { status = 500, message, errors } = thrown;
  if (response.headersSent) response.destroy();
  else answer(response, status, errors ? { message, errors } : { message });
}
