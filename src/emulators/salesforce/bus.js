/** The events that are kept, and where a subscriber may begin. */
import { channelOf, meets } from "./channels.js";
import { PAYLOADS } from "./payloads.js";

const HOUR = 3_600_000;
const RETENTION = { topic: 24 * HOUR, generic: 24 * HOUR, event: 72 * HOUR, change: 72 * HOUR };

export class Bus {
  #clock;
  #channels;
  /** In the order of their replay ids, of all channels. */
  #events = [];
  #lastId;
  /** Names of generic channels by their lower case: they may not differ by that alone. */
  #genericNames = new Map();

  /**
   * @param channels what is special about some: `{ members }` of a custom channel, `{ fields }` of a PushTopic
   * @param replayIdsAbove text of an integer
   */
  constructor(clock, { channels, replayIdsAbove }) {
    this.#clock = clock;
    this.#channels = channels;
    this.#lastId = BigInt(replayIdsAbove);
  }

  /** Keeps an event; what is wrong with it is the publisher's mistake. */
  publish(name, data, about) {
    const channel = channelOf(name);
    const write = channel?.conditions === null ? PAYLOADS[channel.kind] : undefined;
    if (!write) throw new TypeError(`nothing can be published to ${name}`);
    if (channel.kind === "generic") this.#genericNames.set(name.toLowerCase(), name);
    const at = this.#clock.now;
    const id = this.#nextId();
    const event = { id, at, channel: name, kind: channel.kind, data, text: write({ channel: name, replayId: id, at, data, about }) };
    this.#events.push(event);
    return event;
  }

  /** The subscription that a name means: `{ name, base, kind, quotedName, wants(event) }`, or the name of the error that it meets. */
  subscription(name) {
    const channel = channelOf(name);
    if (!channel) return "create-denied";
    const { base, kind, conditions } = channel;
    const { members, fields } = this.#channels[base] ?? {};
    if (kind === "custom" && !members) return "channel-unknown";
    if (kind === "generic" && (this.#genericNames.get(base.toLowerCase()) ?? base) !== base) return "channel-case";
    if (fields && conditions?.some(([field]) => !fields.includes(field))) return "fields-unknown";
    return { name, base, kind, quotedName: JSON.stringify(name), wants: wish(channel, members) };
  }

  /** The events behind an id, `-1` and `-2` included; undefined where the id names no event that is kept. */
  since(id, { base, wants }) {
    if (id === -1n) return [];
    const kept = this.#kept();
    if (id === -2n) return kept.filter(wants);
    const index = indexOf(kept, id);
    /* An id is looked for among the events of the channel, whether or not a filter lets them pass. */
    if (index < 0 || !wish({ ...channelOf(base) }, this.#channels[base]?.members)(kept[index])) return undefined;
    return kept.slice(index + 1).filter(wants);
  }

  /** Forgets what was published so far. */
  expire() {
    this.#events = [];
  }

  #kept() {
    const { now } = this.#clock;
    const isKept = ({ at, kind }) => now - at < RETENTION[kind];
    /* They go when the longest retention is over, or when somebody looks who may not see them. */
    const longest = this.#events.findIndex(({ at }) => now - at < RETENTION.event);
    if (longest !== 0) this.#events.splice(0, longest < 0 ? this.#events.length : longest);
    return this.#events.length === 0 || isKept(this.#events[0]) ? this.#events : this.#events.filter(isKept);
  }

  /** Ids grow, and are not contiguous. */
  #nextId() {
    this.#lastId += 1n + ((this.#lastId * 2_654_435_761n) & 0xffffn) % 7n;
    return this.#lastId;
  }
}

/** What tells whether an event belongs to a channel. */
function wish({ kind, base, conditions }, members) {
  switch (kind) {
    case "custom":
      return ({ channel }) => members.includes(channel);
    case "changes":
      return (event) => event.kind === "change";
    default:
      return ({ channel, data }) => channel === base && (!conditions || meets(conditions, data));
  }
}

/** The index of the event with that id, or -1. */
function indexOf(events, id) {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle].id < id) low = middle + 1;
    else high = middle;
  }
  return events[low]?.id === id ? low : -1;
}
