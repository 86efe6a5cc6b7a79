/** A page of a feed: which events, and the links to the others. */
import { Refused } from "../lib/service.js";

const DEFAULT_PER_PAGE = 30;
const LARGEST_PER_PAGE = 100;
const WINDOW = 300;

/** `{ body, link }`; `link` is undefined where one page is all. */
export function pageOf(texts, { url, path, query }) {
  const perPage = Math.min(numberIn(query, "per_page", DEFAULT_PER_PAGE), LARGEST_PER_PAGE);
  const page = numberIn(query, "page", 1);
  if ((page - 1) * perPage >= WINDOW) {
    throw new Refused(
      422,
      "In order to keep the API fast for everyone, pagination is limited for this resource. " +
        "Check the rel=last link relation in the Link response header to see how far back you can traverse.",
    );
  }
  const last = Math.max(Math.ceil(texts.length / perPage), 1);
  const to = (number, rel) => {
    const target = new URLSearchParams(query);
    target.set("page", String(number));
    return `<${url}${path}?${target}>; rel="${rel}"`;
  };
  const before = page > 1 ? [to(Math.min(page - 1, last), "prev")] : [];
  const after = page < last ? [to(page + 1, "next"), to(last, "last")] : [];
  const links = [...before, ...after, ...(page > 1 ? [to(1, "first")] : [])];
  return {
    body: `[${texts.slice((page - 1) * perPage, page * perPage).join()}]`,
    link: links.length > 0 ? links.join(", ") : undefined,
  };
}

/** What is no such number is passed over. */
function numberIn(query, name, otherwise) {
  const text = query.get(name) ?? "";
  return /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : otherwise;
}
