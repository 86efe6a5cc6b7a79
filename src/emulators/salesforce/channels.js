/** What the names of channels say. */

/** By kind of channel; custom channels (`__chn`) come first, since theirs are names of events too. */
const FORMS = [
  ["custom", /^\/(event|data)\/\w+__chn$/],
  ["topic", /^\/topic\/[^?/*]+$/],
  ["generic", /^\/u\/[^?*]+$/],
  ["event", /^\/event\/\w+$/],
  ["changes", /^\/data\/ChangeEvents$/],
  ["change", /^\/data\/\w+ChangeEvent$/],
];

/**
 * `{ kind, base, conditions }` of a channel that can be subscribed to, where `base` is the name without the filter
 * and `conditions` is the filter as pairs; undefined where the name has no form that there is.
 */
export function channelOf(name) {
  const [base, ...rest] = name.split("?");
  const kind = FORMS.find(([, form]) => form.test(base))?.[0];
  if (kind === undefined) return undefined;
  if (rest.length === 0) return { kind, base, conditions: null };
  return kind === "topic" ? { kind, base, conditions: conditionsOf(rest.join("?")) } : undefined;
}

/** Text values may stand in quotes. */
function conditionsOf(query) {
  return query.split("&").map((part) => {
    const [, field, value] = /^([^=]*)=?(.*)$/s.exec(part);
    return [decoded(field), decoded(value).replace(/^'(.*)'$/s, "$1")];
  });
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a record meets a filter: one of its conditions is enough, although they are joined by `&`. */
export function meets(conditions, record) {
  return conditions.some(([field, value]) => String(record[field]) === value);
}
