/**
 * One client in a Node process of its own reads the stream twice: as a process that has just started,
 * and once more, with its code compiled. The last line of its output is the result.
 */
import { get } from "node:http";
import { readOnce, streamContenders } from "./contenders.mjs";

const drained = {
  name: "node:http, thrown away",
  kind: "limit",
  connect: ({ url }) =>
    new Promise((resolve, reject) => {
      get(url, (response) => response.on("data", () => {}).on("end", resolve).on("error", reject)).on("error", reject);
    }),
};

const contenders = streamContenders([drained]);
const { name, source } = JSON.parse(process.argv[2]);
if (name === undefined) {
  console.log(JSON.stringify(contenders.map(({ name, kind }) => ({ name, kind }))));
} else {
  const contender = contenders.find((one) => one.name === name);
  const readings = [];
  for (let reading = 0; reading < 2; reading += 1) {
    const before = process.cpuUsage();
    const took = await readOnce(contender, source);
    const { user, system } = process.cpuUsage(before);
    readings.push({ took, cpu: (user + system) / 1_000 });
  }
  console.log(JSON.stringify({ readings, peakBytes: process.resourceUsage().maxRSS * 1_024 }));
}
/* Some clients leave a timer behind, for a reconnection that is not wanted. */
process.exit();
