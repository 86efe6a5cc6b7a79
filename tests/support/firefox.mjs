// Headless Firefox on one page: the one named by FIREFOX, or else the first on the PATH. There is no
// driver: the page does its work by itself and tells its server.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOnPath } from "./path.mjs";
import { startProgram } from "./program.mjs";

const NAMES = ["firefox-esr", "firefox"];

/** What would open pages of its own or call home. */
const PREFERENCES = {
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.aboutwelcome.enabled": false,
  "browser.newtabpage.enabled": false,
  "browser.region.network.url": "",
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.search.update": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage_override.mstone": "ignore",
  "browser.startup.page": 0,
  "datareporting.policy.dataSubmissionEnabled": false,
  "dom.push.connection.enabled": false,
  "extensions.getAddons.cache.enabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.dns.disablePrefetch": true,
  "network.proxy.type": 0,
  "services.settings.server": "http://127.0.0.1:9/",
  "toolkit.telemetry.reportingpolicy.firstRun": false,
};

/** Opens it with an empty profile at `url`; `{ died, close() }` as of a program. */
export function openFirefox(url) {
  const profile = mkdtempSync(join(tmpdir(), "brookmark-firefox-"));
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const path = process.env.FIREFOX || findOnPath(NAMES, "FIREFOX");
  const firefox = startProgram(path, ["--headless", "--no-remote", "--profile", profile, url], {
    MOZ_CRASHREPORTER_DISABLE: "1",
  });
  return {
    died: firefox.died,
    async close() {
      await firefox.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
