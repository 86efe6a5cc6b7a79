/** The REST API, as far as listing, showing and posting need it. */
import { BadRequest, Refused, answer, bodyOf, flowFor } from "./http.js";

const DEFAULT_LIMIT = 30;
const LARGEST_LIMIT = 100;

/** Each with its method and path; a segment that begins with a colon stands for any. First match wins. */
const ROUTES = [
  ["GET /flows", listFlows],
  ["GET /flows/all", listFlows],
  ["GET /flows/find", findFlow],
  ["GET /flows/:org/:flow", showFlow],
  ["GET /flows/:org/:flow/messages", listMessages],
  ["GET /flows/:org/:flow/messages/:message", showMessage],
  ["POST /flows/:org/:flow/messages", postMessage],
  ["PUT /flows/:org/:flow/messages/:message", editMessage],
  ["POST /flows/:org/:flow/messages/:message/comments", postComment],
  ["POST /messages", postMessage],
  ["POST /comments", postComment],
  ["GET /private/:other/messages", listPrivateMessages],
  ["POST /private/:other/messages", postPrivateMessage],
].map(([route, handle]) => {
  const [method, path] = route.split(" ");
  return { method, path: path.split("/").filter(Boolean), handle };
});

/** Answers a request of `user`. */
export async function rest({ workspace, user, request, response, segments, query }) {
  const route = ROUTES.find(({ method, path }) => method === request.method && matches(path, segments));
  if (!route) throw new Refused(404, "Not found");
  const names = Object.fromEntries(route.path.map((name, index) => [name, segments[index]]));
  const body = request.method === "GET" ? {} : await bodyOf(request);
  const call = { workspace, user, query, body, headers: request.headers, names };
  const { status = 200, result } = route.handle(call);
  answer(response, status, result, { "flowdock-user": String(user.id) });
}

function matches(path, segments) {
  return path.length === segments.length && path.every((name, index) => name.startsWith(":") || name === segments[index]);
}

function listFlows({ workspace, user, query }) {
  const flows = [...workspace.flows.values()].filter((flow) => workspace.isMember(user, flow));
  return { result: flows.map((flow) => shown(workspace, flow, query.get("users") === "1")) };
}

function findFlow({ workspace, user, query }) {
  return { result: shown(workspace, flowFor(workspace, user, query.get("id")), true) };
}

function showFlow(call) {
  return { result: shown(call.workspace, flowOf(call), true) };
}

function listMessages(call) {
  return { result: page(flowOf(call).messages, call.query) };
}

function listPrivateMessages(call) {
  return { result: page(call.workspace.conversation(call.user, otherOf(call)).messages, call.query) };
}

function showMessage(call) {
  return { result: messageOf(call, flowOf(call)) };
}

function postMessage(call) {
  const { event, content, tags, uuid, thread_id, external_user_name } = call.body;
  if (!event) throw new BadRequest("Validation error", { event: ["can't be blank"] });
  const more = { uuid, thread_id, external_user_name };
  return posted(call, call.workspace.post(flowOf(call), { event, content, tags, ...given(more) }, call.user));
}

function postComment(call) {
  const flow = flowOf(call);
  const parent = messageOf(call, flow);
  const content = call.body.content && { title: titleOf(parent), text: call.body.content };
  const tags = [...[call.body.tags ?? []].flat(), `influx:${parent.id}`];
  return posted(call, call.workspace.post(flow, { event: "comment", content, tags }, call.user));
}

function postPrivateMessage(call) {
  const { event, content } = call.body;
  return posted(call, call.workspace.postPrivately(otherOf(call), { event, content }, call.user));
}

function editMessage(call) {
  const flow = flowOf(call);
  const message = messageOf(call, flow);
  const isOwn = message.user === String(call.user.id) && ["message", "comment"].includes(message.event);
  if (call.body.content !== undefined && !isOwn) throw new Refused(403, "Access denied");
  call.workspace.edit(flow, message, call.body, call.user);
  return { result: {} };
}

/** The service answers before it has processed the message, unless it is asked to wait. */
function posted({ headers }, message) {
  return headers["x-flowdock-wait-for-message"] === undefined ? { status: 202 } : { result: message };
}

function flowOf({ workspace, user, names, body }) {
  return flowFor(workspace, user, names[":org"] === undefined ? body.flow : `${names[":org"]}/${names[":flow"]}`);
}

function otherOf({ workspace, names }) {
  const other = workspace.user(names[":other"]);
  if (!other) throw new Refused(404, "User not found");
  return other;
}

function messageOf({ names, body }, flow) {
  const id = Number(names[":message"] ?? body.message);
  const message = flow.messages.find((message) => message.id === id);
  if (!message) throw new Refused(404, "Message not found");
  return message;
}

/** Always in ascending order: `sort` says only from which end it is taken. */
function page(messages, query) {
  const limit = numberIn(query, "limit") ?? DEFAULT_LIMIT;
  if (limit < 1 || limit > LARGEST_LIMIT) {
    throw new BadRequest("Validation error", { limit: [`must be from 1 to ${LARGEST_LIMIT}`] });
  }
  const since = numberIn(query, "since_id") ?? -Infinity;
  const until = numberIn(query, "until_id") ?? Infinity;
  const events = query.get("event")?.split(",").filter(Boolean) ?? [];
  const tags = query.get("tags")?.split(",").filter(Boolean) ?? [];
  const words = query.get("search")?.toLowerCase().split(" ").filter(Boolean) ?? [];
  const found = messages.filter(
    (message) =>
      message.id > since &&
      message.id < until &&
      (events.length === 0 || events.includes(message.event)) &&
      hasTags(message, tags, query.get("tag_mode")) &&
      words.every((word) => String(message.content).toLowerCase().includes(word)),
  );
  return query.get("sort") === "asc" ? found.slice(0, limit) : found.slice(-limit);
}

function hasTags(message, tags, mode) {
  const has = (tag) => message.tags.includes(tag.replace(/^#/, "").toLowerCase());
  return tags.length === 0 || (mode === "or" ? tags.some(has) : tags.every(has));
}

function numberIn(query, name) {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^[0-9]+$/.test(text)) throw new BadRequest("Validation error", { [name]: ["is not a number"] });
  return Number(text);
}

function shown(workspace, { path, id, name, organization, parameterized, ...flow }, withUsers) {
  const users = workspace.members({ path, ...flow });
  return {
    id,
    name,
    parameterized_name: parameterized,
    organization: {
      id: 1,
      name: organization,
      parameterized_name: organization,
      user_limit: 0,
      user_count: workspace.users.length,
      active: true,
      url: `https://api.flowdock.com/organizations/${organization}`,
    },
    unread_mentions: 0,
    open: true,
    joined: true,
    url: `https://api.flowdock.com/flows/${path}`,
    web_url: `https://www.flowdock.com/app/${path}`,
    access_mode: "invitation",
    ...(withUsers && { users: users.map(({ id, nick, name, email }) => ({ id, nick, name, email, status: null, disabled: false })) }),
  };
}

function titleOf({ content }) {
  return typeof content === "string" ? content : String(content?.title ?? "");
}

function given(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
