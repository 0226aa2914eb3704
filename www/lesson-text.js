// The light markup of the lessons as elements: `$…$` is a formula in the notes' symbols, a paragraph that begins with `$$` is one that stands
// alone, `{name}` is a value. There is no other markup, and no way in for HTML.

/** @typedef {(formula: string) => (Node | string)[]} Symbols */

/** The nodes of a sentence. @param {string} text @param {Symbols} symbols @param {Record<string, string>} [values] @returns {(Node | string)[]} */
export function richText(text, symbols, values = {}) {
  const filled = text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  return filled.split("$").map((piece, k) => {
    if (k % 2 === 0) return piece;
    const formula = document.createElement("span");
    formula.className = "math";
    formula.append(...symbols(piece));
    return formula;
  });
}

/** A paragraph, or a formula that stands alone. @param {string} text @param {Symbols} symbols @returns {HTMLElement} */
export function paragraph(text, symbols) {
  const alone = text.startsWith("$$"), made = document.createElement("p");
  made.className = alone ? "math alone" : "";
  made.append(...(alone ? symbols(text.slice(2)) : richText(text, symbols)));
  return made;
}
