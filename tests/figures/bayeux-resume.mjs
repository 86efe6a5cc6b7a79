// How many events of twenty Salesforce channels a Node process loses, repeats and reorders over kills and faults of every kind.

import { resumeInBayeux } from "../resume/in-bayeux.mjs";

export default async function () {
  const { events, channels, faults, kills, lost, repeated, disordered } = await resumeInBayeux();
  return { events, channels, faults, kills, lost, repeated, disordered };
}
