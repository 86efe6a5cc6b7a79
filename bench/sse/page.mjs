/** The clients of a page. */
import { eventSourceClass } from "../contenders/event-source.mjs";
import { readOnce, streamContenders } from "./contenders.mjs";

const native = eventSourceClass("EventSource of the browser", (url) => new EventSource(url));
const contenders = streamContenders([{ kind: "peer", ...native }]);

window.listContenders = () => contenders.map(({ name, kind }) => ({ name, kind }));

window.readTwice = async ({ name, source }) => {
  const contender = contenders.find((one) => one.name === name);
  const readings = [];
  for (let reading = 0; reading < 2; reading += 1) readings.push({ took: await readOnce(contender, source) });
  return { readings };
};
