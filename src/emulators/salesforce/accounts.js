/** Who may log in, and the tokens that are out. */
import { randomBytes } from "node:crypto";

export class Accounts {
  #clock;
  #lifetime;
  #users;
  #apps;
  /** By access token: `{ user, usedAt }`. */
  #tokens = new Map();
  /** By refresh token: the user's name. */
  #refreshTokens = new Map();

  /** @param lifetime milliseconds after its last use for which an access token is good */
  constructor(clock, { users, apps, lifetime }) {
    this.#clock = clock;
    this.#lifetime = lifetime;
    this.#users = users;
    this.#apps = apps;
  }

  user(name) {
    return this.#users.find(({ username }) => username === name);
  }

  app(id) {
    return this.#apps.find(({ clientId }) => clientId === id);
  }

  /** A new access token. */
  accessToken(user) {
    const token = `00D000000000001!${randomBytes(48).toString("base64url")}`;
    this.#tokens.set(token, { user, usedAt: this.#clock.now });
    return token;
  }

  refreshToken(user) {
    const token = `5Aep${randomBytes(48).toString("base64url")}`;
    this.#refreshTokens.set(token, user);
    return token;
  }

  /** Whose refresh token it is. */
  refreshedBy(token) {
    return this.#refreshTokens.get(token);
  }

  /** Whose access token it is; its use prolongs it. */
  bearer(token) {
    const known = this.#tokens.get(token);
    const { now } = this.#clock;
    if (!known || now - known.usedAt >= this.#lifetime) return undefined;
    known.usedAt = now;
    return known.user;
  }

  /** Revokes a token of either kind, or all access tokens. */
  revoke(token) {
    if (token === undefined) this.#tokens.clear();
    else this.#tokens.delete(token);
    this.#refreshTokens.delete(token);
  }
}
