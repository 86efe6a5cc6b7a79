/** What a page downloads for everything, in bytes, and under `pages` for each part of the API. */
import { size } from "../../scripts/size.mjs";

export default async () => size();
