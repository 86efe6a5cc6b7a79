/** The engine of `poll()`, as text: a file of its own, for those who use it. */
export { payload } from "poll:payload";
