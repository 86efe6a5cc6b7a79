/** What a Flowdock holds: users, flows, and messages with the ids that tell them apart. */
import { randomBytes } from "node:crypto";
import { BadRequest } from "./http.js";
import { tagsOf } from "./tags.js";

/** The service refuses longer texts. */
const LONGEST_CONTENT = 8_096;

/** Told to whoever listens, and kept nowhere. */
const PASSING = new Set(["activity.user"]);

const DEFAULT_USERS = [{ id: 1, nick: "Ada", name: "Ada Lovelace", email: "ada@example.com", token: "token" }];

export class Workspace {
  /** All flows, by path (`organization/flow`). */
  flows = new Map();
  users;
  /**
   * All stored messages of all flows and conversations, in the order in which they came. A place
   * in here is what the event stream's ids name.
   */
  #log = [];
  #conversations = new Map();
  #listeners = new Set();

  constructor({ flows = ["acme/main"], users = DEFAULT_USERS }) {
    for (const flow of flows) this.#addFlow(typeof flow === "string" ? { path: flow } : flow);
    this.users = users.map((user) => ({ name: user.nick, email: `${user.nick}@example.com`, ...user }));
    for (const { flows: paths = [] } of this.users) paths.forEach((path) => this.#known(path));
  }

  /** By its path, or by its id as messages name it; undefined where there is none. */
  flow(name) {
    return this.flows.get(name) ?? [...this.flows.values()].find(({ id }) => id === name);
  }

  user(id) {
    return this.users.find((user) => String(user.id) === String(id));
  }

  isMember(user, flow) {
    return !user.flows || user.flows.includes(flow.path);
  }

  members(flow) {
    return this.users.filter((user) => this.isMember(user, flow));
  }

  /** Calls `listener(record)` with each message to come, until the function that it gives is called. */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The records behind the place that an event stream's id names; none where it names no place. */
  since(id) {
    const place = /^[0-9]+-([0-9]+)$/.exec(id)?.[1];
    return place === undefined ? [] : this.#log.slice(Number(place));
  }

  /** Posts into a flow, as `user` where there is one; gives the message. */
  post(flow, message, user) {
    return this.#publish(flow, check(message), { flow }, user);
  }

  /** Posts to another user. */
  postPrivately(to, message, user) {
    const between = [user.id, to.id].map(String).sort();
    return this.#publish(this.conversation(user, to), check(message), { between, to }, user);
  }

  conversation(...users) {
    const name = users.map(({ id }) => String(id)).sort().join();
    if (!this.#conversations.has(name)) this.#conversations.set(name, { messages: [], lastId: 0 });
    return this.#conversations.get(name);
  }

  /** Changes a message, and says so in the flow. */
  edit(flow, message, { content, tags }, user) {
    if (content !== undefined) {
      message.content = check({ event: message.event, content }).content;
      message.edited = Date.now();
      this.#announce(flow, "message-edit", { message: message.id, updated_content: content }, user);
    }
    if (tags !== undefined) {
      const now = tagsOf("", tags, this.users);
      const change = {
        message: message.id,
        add: now.filter((tag) => !message.tags.includes(tag)),
        remove: message.tags.filter((tag) => !now.includes(tag)),
      };
      message.tags = now;
      this.#announce(flow, "tag-change", change, user);
    }
  }

  /** Says in a flow that a user is there; without a time where the user is idle. */
  showActive(flow, user, isIdle) {
    this.#announce(flow, "activity.user", isIdle ? {} : { last_activity: Date.now() }, user);
  }

  #announce(flow, event, content, user) {
    this.#publish(flow, { event, content, app: null, uuid: null }, { flow }, user);
  }

  #publish(place, { event, content, tags, ...rest }, { flow, between, to }, user) {
    const sent = Date.now();
    place.lastId += 1;
    const message = {
      event,
      tags: flow ? tagsOf(content, tags, this.members(flow)) : [],
      uuid: randomBytes(12).toString("base64url"),
      id: place.lastId,
      ...(flow ? { flow: flow.id } : { to: String(to.id) }),
      content,
      sent,
      app: "chat",
      attachments: [],
      user: String(user?.id ?? 0),
      created_at: new Date(sent).toISOString(),
      ...rest,
    };
    if (!PASSING.has(event)) place.messages.push(message);
    /* As it is now: it may be edited before it is sent. */
    const record = { message: structuredClone(message), flow, between };
    if (!PASSING.has(event)) this.#log.push(record);
    record.eventId = `${sent}-${this.#log.length}`;
    for (const listener of [...this.#listeners]) listener(record);
    return message;
  }

  #addFlow({ path, id = path.replace("/", ":"), name }) {
    if (!/^[^/,]+\/[^/,]+$/.test(path)) throw new TypeError(`a flow's path is "organization/flow", not ${path}`);
    const [organization, parameterized] = path.split("/");
    this.flows.set(path, { path, id, name: name ?? parameterized, organization, parameterized, messages: [], lastId: 0 });
  }

  #known(path) {
    if (!this.flows.has(path)) throw new TypeError(`there is no flow ${path} to be a member of`);
  }
}

/** Refuses what the service does not take. */
function check({ event = "message", content, ...rest }) {
  if (content === undefined || content === null || content === "") {
    throw new BadRequest("Validation error", { content: ["can't be blank"] });
  }
  if (typeof content === "string" && content.length > LONGEST_CONTENT) {
    throw new BadRequest("Validation error", { content: [`is too long (maximum is ${LONGEST_CONTENT} characters)`] });
  }
  return { event, content, ...rest };
}
