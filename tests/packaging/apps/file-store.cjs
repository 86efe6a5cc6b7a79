/** A store in a file, with the names of the Web Storage interface. */
const { readFileSync, renameSync, writeFileSync } = require("node:fs");

exports.fileStore = (path) => {
  const read = () => {
    try {
      return JSON.parse(readFileSync(path, "utf8"));
    } catch (error) {
      if (error.code === "ENOENT") return {};
      throw error;
    }
  };
  const write = (entries) => {
    writeFileSync(`${path}.new`, JSON.stringify(entries));
    renameSync(`${path}.new`, path);
  };
  return {
    getItem: (key) => read()[key] ?? null,
    setItem: (key, value) => write({ ...read(), [key]: value }),
    removeItem: (key) => {
      const { [key]: _, ...others } = read();
      write(others);
    },
  };
};
