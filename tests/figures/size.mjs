/** What a page downloads for everything, in bytes. */
import { size } from "../../scripts/size.mjs";

export default async () => size();
