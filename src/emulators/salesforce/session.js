/** One client's session: what it subscribed to, what waits for it, and its request that is held. */
import { randomBytes } from "node:crypto";

export class Session {
  clientId = newId();
  subscriptions = new Map();
  /** Messages as texts, in order. */
  queue = [];
  /** The connect that waits for events, as what can become of it. */
  held = null;
  /** Whether events are about to be sent. */
  isFlushing = false;
  /** Whether a connect was answered. The first one is not held. */
  isConnected = false;
  /** When the client was last answered. */
  answeredAt;

  constructor({ user, browser, node, now }) {
    this.user = user;
    this.browser = browser;
    /** The server on which the load balancer put it. */
    this.node = node;
    this.answeredAt = now;
  }

  /** Queues an event for each subscription that wants it; says whether there was one. */
  offer(event) {
    const before = this.queue.length;
    for (const subscription of this.subscriptions.values()) {
      if (subscription.wants(event)) this.queue.push(messageOf(event, subscription));
    }
    return this.queue.length > before;
  }

  subscribe(subscription, backlog) {
    this.subscriptions.set(subscription.name, subscription);
    for (const event of backlog) this.queue.push(messageOf(event, subscription));
  }
}

/** A delivery names the channel as it was subscribed to. */
function messageOf({ text }, { quotedName }) {
  return `{"data":${text},"channel":${quotedName}}`;
}

/** As long as the service's own. */
export function newId() {
  return BigInt(`0x${randomBytes(18).toString("hex")}`).toString(36);
}
