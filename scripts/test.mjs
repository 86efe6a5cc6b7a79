/**
 * Runs all tests, or the suites named as arguments, and ends with one line of counts.
 * With CI set, a skipped test counts as failed.
 */
import { Stop, main, say } from "./lib/run.mjs";
import { SUITES } from "./lib/suites.mjs";
import { setup } from "./setup.mjs";

await main(async () => {
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(SUITES);
  const unknown = names.filter((name) => !(name in SUITES));
  if (unknown.length > 0) throw new Stop(`No such suite: ${unknown.join(", ")}. There are: ${Object.keys(SUITES).join(", ")}.`);

  const total = { passed: 0, failed: 0, skipped: 0 };
  const tools = await setup({ for: "test" });
  process.env.CHROME = tools.chrome;
  process.env.FIREFOX = tools.firefox;
  for (const name of names) {
    const counts = await suite(name, tools);
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  if (process.env.CI && total.skipped > 0) {
    say(`test: ${total.skipped} skipped, which CI forbids`);
    total.failed += total.skipped;
    total.skipped = 0;
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  if (total.failed > 0) process.exitCode = 1;
});

async function suite(name, tools) {
  say(`\ntest: ${name} …`);
  const began = performance.now();
  let counts;
  try {
    counts = await SUITES[name](tools);
  } catch (error) {
    say(error instanceof Stop ? error.message : error.stack);
    counts = { passed: 0, failed: 1, skipped: 0 };
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(`test: ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s`);
  return counts;
}
