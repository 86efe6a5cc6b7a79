/** Sources that need more than an address. `connectors.d.ts` describes them. */
export { flowdock } from "./connectors/flowdock.js";
