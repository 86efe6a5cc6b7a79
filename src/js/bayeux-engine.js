/** The engine of `bayeux()`, as text: a file of its own, for those who use it. */
export { payload } from "bayeux:payload";
