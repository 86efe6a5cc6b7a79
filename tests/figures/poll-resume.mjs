// How many rows the connectors of polled services lose and repeat, over kills of a Node process and reloads of a page.

export { sumOfPolls as default } from "../resume/polled-figure.mjs";
