// What leaves the page as a file: cells of a CSV that any reader takes apart again (RFC 4180) and no spreadsheet computes, and lines of a sentence.
import assert from "node:assert/strict";
import { test } from "node:test";
import { csvCell, csvOf } from "../../www/exports.js";
import { linesOf } from "../../www/marks.js";
import { formatInteger, formatPower, formatValue } from "../../www/numbers.js";
import { parseCsv } from "../csv.mjs";

test("numbers of the page become numbers of a file", () => {
  for (const value of [0, 1, -1, 0.5, -0.123, 12.345, 1234567, -98765.4, 1.5e-9, -3.25e21]) {
    for (const written of [formatValue(value), formatPower(value), formatInteger(Math.round(value))]) {
      const cell = csvCell(written);
      assert.match(cell, /^-?\d+(\.\d+)?(e-?\d+)?$/, written);
      assert.equal(Math.sign(Number(cell)) || 0, /[1-9]/.test(written) ? Math.sign(value) : 0, written);
    }
    assert.ok(Math.abs(Number(csvCell(formatPower(value))) - value) <= 0.005 * Math.abs(value), String(value));
  }
});

test("what is no number stays what it is", () => {
  for (const text of ["", "a", " ", "–", "1.2.3", "12a", "0x10", "Infinity", "∞", "٣", "↵", "‖∂L/∂h‖"]) assert.equal(csvCell(text), text);
});

test("quotes, commas and line breaks come back as they were", () => {
  const rows = [["t", "text", "a,b"], ["1", "\"", "x \"y\", z"], ["2", "line\nbreak", "a\r\n"], ["3", ",", ""]];
  assert.deepEqual(parseCsv(csvOf(rows)), rows);
  assert.ok(csvOf(rows).endsWith("\r\n"));
});

test("no cell of a user's text is a formula", () => {
  for (const text of ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "=", "+", "-", "@", "\t=1", " =1", "\r=1", "＝1", "＋", "－", "＠", "=cmd|' /C calc'!A0", "=HYPERLINK(\"x\",\"y\")"]) {
    const [[cell]] = parseCsv(csvCell(text));
    assert.equal(cell, `'${text}`, "as text, and nothing lost");
  }
  for (const number of ["-1", "−0.5", "−1.20×10⁻⁵"]) assert.ok(Number.isFinite(Number(csvCell(number))), "a negative number is none");
});

test("lines keep within their width, closing marks with what they close", () => {
  const width = (text) => [...text].length;
  for (const text of ["The share of each time step, counted back from its end.", "窗口的 32 个时间步（从末尾往回数）各给偏置的更新贡献了多少。份额 = 范数之和：3.1%；最高：6.0%。"]) {
    const lines = linesOf(text, 12, width);
    assert.equal(lines.join(""), text);
    for (const line of lines) assert.ok(width(line.trimEnd()) <= 12, line);
    for (const line of lines) assert.doesNotMatch(line, /^[，。；：）%]/);
  }
  assert.deepEqual(linesOf("incomprehensibilities", 5, width), ["incomprehensibilities"], "a word is not cut");
});
