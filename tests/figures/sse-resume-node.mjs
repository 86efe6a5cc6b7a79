// How many events a Node process loses, repeats and reorders over kills, cuts and restarts.

import { resumeInNode } from "../resume/in-node.mjs";

export default async function () {
  const { events, lost, repeated, disordered, reloads, cuts, restarts, kills } = await resumeInNode();
  return { events, lost, repeated, disordered, reloads, cuts, restarts, kills };
}
