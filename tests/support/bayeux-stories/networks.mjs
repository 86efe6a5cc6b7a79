// Ways between client and server that are not as they should be, by a fetch of the application's own.

/** One that sends the next connect twice when `double()` says so, and hands over whichever answer comes first. */
export function doubling() {
  const its = {
    doubled: false,
    double: () => (isWanted = true),
    async fetch(url, init) {
      if (!isWanted || !new TextDecoder().decode(init.body).includes('"/meta/connect"')) return fetch(url, init);
      isWanted = false;
      its.doubled = true;
      const ways = [new AbortController(), new AbortController()];
      init.signal.addEventListener("abort", () => ways.forEach((way) => way.abort()));
      const answers = ways.map(async (way, index) => ({ index, response: await fetch(url, { ...init, signal: way.signal }) }));
      const { index, response } = await Promise.race(answers);
      answers[1 - index].catch(() => {});
      ways[1 - index].abort();
      return response;
    },
  };
  let isWanted = false;
  return its;
}

/** One that several clients share, with their cookies, as those of one browser do. In a page that is so anyway. */
export function oneBrowser() {
  const jar = new Map();
  return async (url, { headers, ...init }) => {
    const sent = new Headers(headers);
    const cookie = [...jar].map((pair) => pair.join("=")).join("; ");
    if (cookie) sent.set("cookie", cookie);
    const response = await fetch(url, { ...init, headers: sent });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      jar.set(name, value);
    }
    return response;
  };
}
