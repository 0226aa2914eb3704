// The drawer's contents as elements: chains of lines aligned at "=", the table of terms with bars, the sums beside it. It makes them from a
// Derivation and decides nothing; a button [data-reference] is the drawer's to answer.
import { words } from "./i18n.js";
import { formatInteger, formatPower } from "./numbers.js";
import { characterName } from "./sample.js";
import { symbolText } from "./symbol-text.js";
import { element } from "./symbols.js";

/** @typedef {import("./derivation.js").Derivation} Derivation */

/** A number that opens its own equation, or a plain one that comes from nowhere else. */
function operand(/** @type {import("./derivation.js").Piece} */ { text, factor }) {
  if (!factor?.ref) {
    const plain = element("span", "operand-leaf num", text), { parameter } = factor ?? {};
    if (parameter) plain.title = `${parameter.name}[${[parameter.row, parameter.column].filter((part) => part !== undefined).join(", ")}]`;
    return plain;
  }
  const button = element("button", "operand num", text);
  /** @type {HTMLButtonElement} */ (button).type = "button";
  button.dataset.reference = JSON.stringify(factor.ref);
  button.setAttribute("aria-label", words("cell.equationLabel", { formula: factor.symbol || words(`quantity.${factor.ref.what[0]}`), value: text }));
  return button;
}

/** The pieces of a line; lines may break before a sign. */
function piecesElement(/** @type {import("./derivation.js").Piece[]} */ pieces, className = "") {
  const made = element("span", className);
  let term = element("span", "kept");
  made.append(term);
  for (const piece of pieces) {
    const [rest, ...begun] = piece.factor ? [operand(piece)] : piece.text.split(" + ");
    term.append(rest);
    for (const text of begun) {
      term = element("span", "kept", `+ ${text}`);
      made.append(" ", term);
    }
  }
  return made;
}

/** One chain: what stands left of "=" once, then every line behind its "=". */
export function chainElement(/** @type {import("./derivation.js").Row[]} */ rows, /** @type {number} */ result) {
  const made = element("div", "chain");
  for (const { left, right, pieces, isResult, assigned } of rows) {
    const name = left ? symbolText(left, right || assigned ? "" : "alone") : element("span"), line = element("span");
    made.append(name);
    if (right === undefined && !pieces) continue;
    line.append(assigned ? ":= " : "= ", right === undefined ? piecesElement(pieces ?? [], isResult ? "result num" : "") : symbolText(right));
    if (isResult && result !== 0 && Math.abs(result) < 0.0005) line.append(element("span", "finer num", formatPower(result)));
    made.append(line);
  }
  return made;
}

function labelElement(/** @type {import("./derivation.js").TermRow} */ { unit, character, symbol }, /** @type {string[]} */ vocabulary) {
  if (unit === undefined && character === undefined) return symbolText(symbol ?? "");
  const name = unit === undefined ? characterName(vocabulary[character ?? 0] ?? "") : words("drawer.unit", { unit: formatInteger(unit + 1) });
  if (!symbol) return element("span", "", name);
  const both = symbolText(symbol);
  both.append(` ${name}`);
  return both;
}

function barCell(/** @type {number} */ value, /** @type {number} */ largest) {
  const cell = element("td", "bar-cell"), bar = element("i", value < 0 ? "bar negative" : "bar");
  bar.style.width = `${largest > 0 ? (Math.abs(value) / largest) * 48 : 0}%`;
  cell.append(bar);
  cell.setAttribute("aria-hidden", "true");
  return cell;
}

const cellOf = (/** @type {Node | string} */ content, tag = "td") => { const made = element(tag); made.append(content); return made; };

/**
 * @param {NonNullable<Derivation["table"]>} table @param {Derivation["beside"]} beside the other sums of a pre-activation @param {string[]} vocabulary @returns {HTMLElement} a button [data-all] shows the other terms
 */
export function termsElement({ symbols, heads, rows, more, sum, count, largest }, beside, vocabulary) {
  const made = element("table", "terms num"), head = element("tr"), title = symbolText(symbols), wide = heads.length;
  title.append(words("drawer.byTerm"));
  head.append(cellOf(title, "th"), ...heads.map((symbol) => cellOf(symbolText(symbol), "th")), cellOf(words(wide ? "drawer.product" : "drawer.number"), "th"), element("td"));
  const body = element("tbody"), blank = () => Array.from({ length: wide }, () => element("td"));
  for (const row of rows) {
    const line = element("tr");
    line.append(cellOf(labelElement(row, vocabulary)), ...row.factors.map((piece) => cellOf(piece ? operand(piece) : "")),
      cellOf(row.factor ? operand({ text: row.text, factor: row.factor }) : row.text), barCell(row.value, largest));
    body.append(line);
  }
  if (more || count > 7) {
    const line = element("tr"), button = element("button", "link", more ? words("drawer.more", { count: formatInteger(more.count) }) : words("drawer.fewer"));
    /** @type {HTMLButtonElement} */ (button).type = "button";
    button.dataset.all = String(Boolean(more));
    line.append(cellOf(button), ...blank(), cellOf(more ? more.text : ""), more ? barCell(more.value, largest) : element("td"));
    body.append(line);
  }
  const total = element("tr", "sum");
  total.append(cellOf(words("drawer.sum")), ...blank(), cellOf(sum), element("td"));
  body.append(total, ...beside.map((part) => besideRow(part, wide, vocabulary)));
  const top = element("thead");
  top.append(head);
  made.append(top, body);
  return made;
}

/** Another sum of the same pre-activation, with its number under those of the terms. */
function besideRow(/** @type {Derivation["beside"][number]} */ { symbols, value, factor, character }, /** @type {number} */ wide, /** @type {string[]} */ vocabulary) {
  const row = element("tr"), name = /** @type {HTMLTableCellElement} */ (cellOf(symbolText(symbols)));
  name.colSpan = 1 + wide;
  if (character !== undefined) name.append(words("drawer.columnOf", { character: characterName(vocabulary[character] ?? "") }));
  row.append(name, cellOf(operand({ text: value, factor })), element("td"));
  return row;
}

/** PyTorch's names of the weights on the lines. */
export function parametersElement(/** @type {string[]} */ names) {
  const made = element("p", "drawer-sub");
  made.append(words("drawer.pytorch"), " ");
  names.forEach((name, k) => made.append(k ? ", " : "", element("code", "", name)));
  return made;
}

