// What a process really holds: what is left after the collector has gone over it often enough for
// finalizers and freed buffers to have had their turn. Needs `--expose-gc`.

export async function usedMemory() {
  for (let turn = 0; turn < 4; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
