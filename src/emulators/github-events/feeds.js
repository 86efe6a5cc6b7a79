/** Events, and the feeds in which they are: the newest first, as many as can be paged through. */

/** So many of a feed's events can be had, of so many days. */
const WINDOW = 300;
const DAYS = 30;

export class Feeds {
  /** By name: entries, the newest first. */
  #feeds = new Map([["events", []]]);
  #lastId;
  #count = 0;

  constructor({ repos, firstId }) {
    this.#lastId = BigInt(firstId);
    for (const repo of repos) {
      const [owner] = repo.split("/");
      for (const name of [`repos/${repo}`, `networks/${repo}`, `orgs/${owner}`, `users/${owner}`]) this.#feed(name);
    }
  }

  /**
   * Publishes an event, and gives it.
   * @param late how many of the newest events it happened before: it comes behind them, unless there are not so many
   */
  publish({ type = "PushEvent", actor = "ada", repo = "acme/app", org, payload = {}, ...more }, { late, now }) {
    this.#count += 1;
    const all = this.#feeds.get("events");
    const newer = all[late - 1];
    const id = newer ? freeBelow(newer.id, all) : this.#nextId();
    const time = newer?.time ?? now;
    const event = {
      id: String(id),
      type,
      actor: { login: actor, display_login: actor, gravatar_id: "", url: `https://api.github.com/users/${actor}` },
      repo: { name: repo, url: `https://api.github.com/repos/${repo}` },
      payload,
      public: true,
      created_at: new Date(time).toISOString().replace(/\.[0-9]+/, ""),
      ...(org && { org: { login: org, gravatar_id: "", url: `https://api.github.com/orgs/${org}` } }),
      ...more,
    };
    const rank = newer ? (newer.rank + (all[late]?.rank ?? newer.rank - 1)) / 2 : this.#count;
    const entry = { id, rank, time, actor: actor.toLowerCase(), text: JSON.stringify(event) };
    const names = ["events", `repos/${repo}`, `networks/${repo}`, `users/${actor}`, ...(org ? [`orgs/${org}`] : [])];
    for (const name of names) insert(this.#feed(name), entry);
    return JSON.parse(entry.text);
  }

  /** The texts of a feed's events, or undefined where there is no such feed. */
  texts(name, now) {
    const receiver = /^users\/([^/]+)\/received_events$/i.exec(name)?.[1].toLowerCase();
    const feed = receiver ? this.#feeds.get("events").filter(({ actor }) => actor !== receiver) : this.#feeds.get(name.toLowerCase());
    return feed?.filter(({ time }) => now - time < DAYS * 86_400_000).map(({ text }) => text);
  }

  #feed(name) {
    const key = name.toLowerCase();
    if (!this.#feeds.has(key)) this.#feeds.set(key, []);
    return this.#feeds.get(key);
  }

  /** They grow, but for one in eight. What is between two is for those that come late. */
  #nextId() {
    if (this.#count % 8 === 0) return this.#lastId - 500n;
    return (this.#lastId += 1_000n);
  }
}

function freeBelow(id, entries) {
  let free = id - 1n;
  while (entries.some((entry) => entry.id === free)) free -= 1n;
  return free;
}

function insert(feed, entry) {
  const at = feed.findIndex(({ rank }) => rank < entry.rank);
  feed.splice(at < 0 ? feed.length : at, 0, entry);
  feed.length = Math.min(feed.length, WINDOW);
}
