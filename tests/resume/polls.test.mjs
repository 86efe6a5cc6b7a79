import assert from "node:assert/strict";
import test from "node:test";
import { resumeInPolls } from "./in-polls.mjs";
import { resumeThroughExpiry } from "./in-expiry.mjs";

for (const [runtime, what] of [["node", "process killed"], ["page", "page reloaded"]]) {
  for (const connector of ["couchChanges", "firehose", "githubEvents", "hubspot", "sesam"]) {
    test(`a ${what} at 5 moments handles 1,000 polled events, each once (${connector})`, { timeout: 120_000 }, async () => {
      const counts = await resumeInPolls({ connector, runtime, total: 1_000, faults: { disturb: 5, cut: 10, restart: 2 } });
      console.log(JSON.stringify(counts));
      const { starts, ...rest } = counts;
      assert.ok(starts > 2, `the client began ${starts} times`);
      assert.deepEqual(rest, {
        events: 1_000,
        lost: 0,
        repeated: 0,
        disordered: 0,
        early: 0,
        gaps: 0,
        cuts: 10,
        restarts: 2,
        kills: 5,
      });
    });
  }
}

for (const [policy, most, expected] of [
  ["earliest", 400, { gaps: 1, kills: 2, ends: [] }],
  ["latest", 600, { gaps: 1, kills: 2, ends: [] }],
  ["fail", 600, { gaps: 2, kills: 1, ends: ["position-expired", "position-expired"] }],
]) {
  test(`a process that was away for too long is told what it missed, and goes on as it says (${policy})`, { timeout: 120_000 }, async () => {
    const { told, ...rest } = await resumeThroughExpiry({ policy });
    assert.deepEqual(rest, { events: policy === "fail" ? 600 : 1_000, lost: 0, repeated: 0, disordered: 0, ...expected });
    assert.ok(told >= 200 && told <= most, `${told} events were gone`);
  });
}
