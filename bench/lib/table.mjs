/** Prints tables: the first column to the left, the others to the right. */

export function printTable(title, head, rows) {
  const lines = [head, ...rows].map((row) => row.map((cell) => `${cell ?? ""}`));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const show = (line) => line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  ");
  console.log(`\n${title}\n${lines.map((line) => show(line).trimEnd()).join("\n")}`);
}
