/** Installs the clients in Python that tests talk to, in an environment of their own. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installPackages } from "./debian.mjs";
import { root, target } from "./paths.mjs";
import { Stop, capture, run, say, which } from "./run.mjs";

const requirements = join(root, "tests", "peers", "requirements.txt");
const environment = join(target, "python");

/** The path of a Python that has what `tests/peers/requirements.txt` names. */
export async function python() {
  const program = join(environment, "bin", "python");
  const stamp = join(environment, "requirements.txt");
  const wanted = readFileSync(requirements, "utf8");
  const isComplete = existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
  /* The system's Python, on which it stands, may have gone. */
  if (isComplete && capture(program, ["-c", ""]) !== null) return program;

  const base = await systemPython();
  say("setup: installing the Python packages …");
  rmSync(environment, { recursive: true, force: true });
  await run(base, ["-m", "venv", environment], { quiet: true });
  const options = ["--quiet", "--disable-pip-version-check", "--no-input", "--only-binary=:all:", "--no-deps"];
  await run(program, ["-m", "pip", "install", ...options, "-r", requirements], { quiet: true });
  writeFileSync(stamp, wanted);
  return program;
}

/** A Python that can make environments. Debian ships that part apart. */
async function systemPython() {
  const find = () =>
    [which("python3"), "/usr/bin/python3"].find((path) => path && capture(path, ["-c", "import ensurepip, venv"]) !== null);
  if (!find()) await installPackages(["python3-venv"], "a Python for the tests with clients of other people");
  const found = find();
  if (!found) throw new Stop("No python3 here can make environments: its modules venv and ensurepip are missing.");
  return found;
}
