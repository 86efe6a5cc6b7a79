/** The cookies: which browser it is, and to which server the load balancer sends it. */
import { cookiesOf } from "./http.js";
import { newId } from "./session.js";

const HOUR = 3_600_000;
/* Users see a cut about every three hours: the balancer's cookie ends, whether or not it was used. */
const ROUTE_LIFETIME = 3 * HOUR;
const YEAR = 365 * 24 * HOUR;

export class Routing {
  #clock;
  /** The server that the next client without a route gets. */
  #nextNode = 1;

  constructor(clock) {
    this.#clock = clock;
  }

  /**
   * Reads the cookies of a request: `{ browser, node, set }`, where `node` is the server that it reaches, and `set` are
   * the cookies that its answer has to bring. `browser` is undefined where the cookie is missing.
   */
  of(request) {
    const cookies = cookiesOf(request);
    const { now } = this.#clock;
    const set = [];
    if (cookies.BrowserId === undefined) set.push(cookie("BrowserId", newId(), "/", this.#clock.real(YEAR)));
    const routes = [cookies.t, cookies["force-stream"]].map((value) => routeOf(value, now));
    const isRouted = routes[0] !== undefined && routes[0] === routes[1];
    const node = isRouted ? routes[0] : (this.#nextNode += 1);
    if (!isRouted) {
      const value = `!${Buffer.from(`${node} ${now}`).toString("base64")}`;
      set.push(cookie("t", value, "/cometd/"), cookie("force-stream", value, "/", this.#clock.real(ROUTE_LIFETIME)));
    }
    return { browser: cookies.BAYEUX_BROWSER, node, set };
  }
}

/** The cookie by which a session's browser is known again. */
export const browserCookie = (browser) => cookie("BAYEUX_BROWSER", browser, "/cometd/");

/** Not `Secure`, as the service's own are: this is plain HTTP. */
function cookie(name, value, path, age) {
  const lifetime = age === undefined ? "" : `;Max-Age=${Math.max(1, Math.round(age / 1_000))};Expires=${new Date(Date.now() + age).toUTCString()}`;
  return `${name}=${value};Path=${path}${lifetime};HttpOnly`;
}

function routeOf(value, now) {
  const [node, since] = Buffer.from(value?.slice(1) ?? "", "base64").toString().split(" ").map(Number);
  return node > 0 && now - since < ROUTE_LIFETIME ? node : undefined;
}
