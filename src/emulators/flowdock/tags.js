/** Tags, as the service finds them in a text and takes them from a request. */

const EVERYONE = new Set(["all", "anybody", "anyone", "everybody", "everyone"]);

/**
 * @param content what is posted; only a text is searched
 * @param given a list, or a text with commas
 * @param users those who can be meant
 */
export function tagsOf(content, given = [], users) {
  const explicit = typeof given === "string" ? given.split(",") : given;
  const found = typeof content === "string" ? (content.match(/(?<![\w@#])[@#][\w-]+/g) ?? []) : [];
  const links = /\bhttps?:\/\//.test(content) ? [":url"] : [];
  const tags = [...explicit, ...found].map((tag) => tag.trim()).filter(Boolean);
  return [...new Set([...tags.map((tag) => stored(tag, users)), ...links])];
}

/** Hash tags lose their sign; user tags name the user's id, so that a nick can change. */
function stored(tag, users) {
  if (!tag.startsWith("@")) return tag.replace(/^#/, "").toLowerCase();
  const nick = tag.slice(1).toLowerCase();
  if (EVERYONE.has(nick)) return ":user:everyone";
  const user = users.find((user) => user.nick.toLowerCase() === nick);
  return user ? `:user:${user.id}` : tag.toLowerCase();
}
