// Reads comma-separated values as RFC 4180 has them. For tests; it refuses what the RFC does not allow.

/** @param {string} text @returns {string[][]} */
export function parseCsv(text) {
  const rows = [[]];
  let at = 0;
  while (at < text.length) {
    const quoted = /"((?:[^"]|"")*)"/y, plain = /[^",\r\n]*/y;
    quoted.lastIndex = plain.lastIndex = at;
    const found = quoted.exec(text);
    const cell = found ?? plain.exec(text);
    rows[rows.length - 1].push(found ? found[1].replaceAll("\"\"", "\"") : cell[0]);
    at += cell[0].length;
    if (text.startsWith("\r\n", at)) {
      at += 2;
      if (at < text.length) rows.push([]);
    } else if (text[at] === ",") {
      at += 1;
      if (at === text.length) rows[rows.length - 1].push("");
    } else if (at < text.length) throw new Error(`not CSV at ${at}: ${JSON.stringify(text.slice(at, at + 20))}`);
  }
  return rows;
}
