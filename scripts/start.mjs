/** Opens the demo: sets up and builds what is missing, then serves it. PORT chooses the port. */
import { build } from "./build.mjs";
import { main } from "./lib/run.mjs";
import { setup } from "./setup.mjs";

await main(async () => {
  await build(await setup({ for: "build" }));
  const { serve } = await import("../www/serve.mjs");
  await serve({ port: Number(process.env.PORT ?? 8080), quiet: false });
});
