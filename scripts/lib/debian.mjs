/** Installs Debian packages where that is possible. */
import { Stop, run, say, which } from "./run.mjs";

const env = { DEBIAN_FRONTEND: "noninteractive" };

/**
 * Installs the packages, refreshing the package lists once where one of them is unknown.
 * `purpose` ends up in the message where they cannot be installed.
 */
export async function installPackages(packages, purpose) {
  const byHand = `To get it: install the Debian packages ${packages.join(" ")} (apt-get install ${packages.join(" ")}).`;
  if (!which("apt-get")) {
    throw new Stop(`${purpose} is missing, and this system has no apt-get.\n${byHand}`);
  }
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !which("sudo")) {
    throw new Stop(`${purpose} is missing, and installing it needs root.\n${byHand}`);
  }
  const apt = (...args) =>
    isRoot
      ? run("apt-get", args, { env, quiet: true })
      : run("sudo", ["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", ...args], { quiet: true });
  const install = () => apt("install", "-y", "--no-install-recommends", ...packages);

  say(`setup: installing ${packages.join(" ")} (${purpose}) …`);
  try {
    await install();
    return;
  } catch {
    say("setup: … not possible with the package lists at hand; refreshing them …");
  }
  try {
    await apt("update");
    await install();
  } catch (error) {
    throw new Stop(`${purpose} is missing and could not be installed.\n${byHand}\n\n${error.message}`);
  }
}
