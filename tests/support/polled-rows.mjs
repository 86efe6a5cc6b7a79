// Drains a polled source of many pages, with a bookmark and without, and reports the memory in use as the rows go by.

import { memoryStore, poll } from "brookmark";
import { usedMemory } from "./used-memory.mjs";

const PAGE = 1_000;
const PAGES = 160;
const SAMPLES = 8;

const row = (id) => `{"id":"i${id}","seq":${id},"name":"Größe ${id}","text":"${"x".repeat(200)}"}`;

async function fetchPage(url) {
  const since = Number(new URL(url).searchParams.get("since"));
  const rows = Array.from({ length: PAGE }, (_, index) => row(since + 1 + index));
  const end = since + PAGE;
  const body = `{"items":[${rows}],"next":"${end}","done":${end === PAGE * PAGES}}`;
  return new Response(body, { headers: { "content-type": "application/json" } });
}

async function drain(more) {
  const heaps = [];
  let rows = 0;
  const stream = poll("http://source.invalid/", {
    ...{ items: "/items", id: "/id", unique: ["/id", "/seq"], position: { body: "/next" }, resume: { query: "since" } },
    ...{ top: { flag: "/done" }, start: "earliest", every: false, fetch: fetchPage },
    async onEvent() {
      rows += 1;
      if (rows % ((PAGE * PAGES) / SAMPLES) === 0) heaps.push(await usedMemory());
    },
    ...more,
  });
  await stream.closed;
  return { heaps, rows };
}

const store = memoryStore();
const plain = await drain({});
const kept = await drain({ bookmark: "rows", store });
console.log(JSON.stringify({ plain, kept, record: store.getItem("brookmark:rows") }));
