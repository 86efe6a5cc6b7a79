/**
 * Cookies (RFC 6265) for runtimes that keep none: one client's own, for the servers that it talks to. Whoever
 * may set a cookie for whom is kept to the simplest rule that is safe: a host for itself and its subdomains.
 */

/** How many are kept; the one that was set first makes room. */
const MOST = 64;

/** Whether scripts here may send cookies, which is where nobody else does. */
export function needsJar() {
  try {
    return new Request("http://localhost/", { headers: { cookie: "a=b" } }).headers.has("cookie");
  } catch {
    return false;
  }
}

export class CookieJar {
  /** By name, domain and path, which together make one cookie (RFC 6265, 5.3). */
  #cookies = new Map();

  /** Takes in what a response from `url` has set. */
  take(headers, url) {
    for (const line of setCookies(headers)) this.#set(line, new URL(url));
  }

  /** What a request to `url` sends, or undefined. */
  get(url) {
    const { hostname, pathname, protocol } = new URL(url);
    const now = Date.now();
    const fitting = [];
    for (const [key, cookie] of this.#cookies) {
      if (cookie.expires <= now) this.#cookies.delete(key);
      else if (
        (cookie.isHostOnly ? hostname === cookie.domain : isWithin(hostname, cookie.domain)) &&
        isBelow(pathname, cookie.path) &&
        (protocol === "https:" || !cookie.secure)
      ) {
        fitting.push(cookie);
      }
    }
    /* Longer paths first (5.4); the sort is stable, so that older ones come before younger ones. */
    fitting.sort((one, other) => other.path.length - one.path.length);
    return fitting.length > 0 ? fitting.map(({ pair }) => pair).join("; ") : undefined;
  }

  clear() {
    this.#cookies.clear();
  }

  #set(line, { hostname, pathname, protocol }) {
    const [pair, ...attributes] = line.split(";").map((part) => part.trim());
    const equals = pair.indexOf("=");
    if (equals < 1) return;
    const cookie = { pair, domain: hostname, isHostOnly: true, path: defaultPath(pathname), secure: false, expires: Infinity };
    let age;
    for (const attribute of attributes) {
      const [, name, value = ""] = /^([^=]*)(?:=(.*))?$/.exec(attribute);
      switch (name.trim().toLowerCase()) {
        case "domain": {
          const domain = value.trim().replace(/^\./, "").toLowerCase();
          if (!domain) break;
          if (!isWithin(hostname, domain)) return;
          Object.assign(cookie, { domain, isHostOnly: domain === hostname && !domain.includes(".") });
          break;
        }
        case "path":
          if (value.trim().startsWith("/")) cookie.path = value.trim();
          break;
        case "expires":
          /* What is to be deleted often goes at the very beginning of time, which is 0. */
          if (!Number.isNaN(Date.parse(value))) cookie.expires = Date.parse(value);
          break;
        case "max-age":
          if (/^-?\d+$/.test(value.trim())) age = Number(value);
          break;
        case "secure":
          cookie.secure = true;
      }
    }
    if (cookie.secure && protocol !== "https:") return;
    if (age !== undefined) cookie.expires = age <= 0 ? 0 : Date.now() + age * 1000;
    const key = [pair.slice(0, equals), cookie.domain, cookie.path].join("\n");
    if (cookie.expires <= Date.now()) this.#cookies.delete(key);
    else this.#cookies.set(key, cookie);
    if (this.#cookies.size > MOST) this.#cookies.delete(this.#cookies.keys().next().value);
  }
}

/** A comma separates cookies where the runtime joins them, and also stands in dates. */
function setCookies(headers) {
  return headers.getSetCookie?.() ?? headers.get("set-cookie")?.split(/,(?=\s*[^;,=\s]+=)/) ?? [];
}

/** A domain of one label, such as `com`, has no subdomains that belong together. */
function isWithin(host, domain) {
  return host === domain || (domain.includes(".") && host.endsWith(`.${domain}`) && !/^[\d.]+$/.test(host));
}

/** Path matching (5.1.4). */
function isBelow(path, stem) {
  return path === stem || (path.startsWith(stem) && (stem.endsWith("/") || path[stem.length] === "/"));
}

/** The default path (5.1.4). */
function defaultPath(path) {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
