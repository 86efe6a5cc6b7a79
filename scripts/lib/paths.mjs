/** Where things are. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const root = resolve(fileURLToPath(import.meta.url), "../../..");

/** What is built for users. */
export const dist = join(root, "dist");

/** What is built on the way there. */
export const target = join(root, "target");

/** Tools that were compiled once for this user: a second checkout finds them there. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "brookmark");

/** A program that npm installed here. */
export const nodeBin = (name) => join(root, "node_modules", ".bin", name);
