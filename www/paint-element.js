// What stands in an element of the page, painted onto a sheet where the browser has set it: words in their faces, symbols, rules, bars, drawings.
// It paints what is there and refuses to know what it means; fields and buttons that only operate are the caller's to leave out.
import { drawTilde } from "./marks.js";
import { TILDE } from "./quantities.js";

const NEAR = 1.5, UNDERLINE = 0.2;   // CSS px within which two letters share a line; em below the baseline
const FIELDS = "input, select, textarea, option";

/**
 * The pieces of a text node by line: each letter with its marks, where it stands.
 * @param {Text} node @returns {{top: number, height: number, pieces: {text: string, left: number, right: number}[]}[]}
 */
function linesIn(node) {
  const range = document.createRange(), lines = /** @type {any[]} */ ([]);
  let at = 0;
  for (const [letter] of node.data.matchAll(/.[\p{M}\u200d\ufe0f]*/gsu)) {
    range.setStart(node, at);
    range.setEnd(node, at += letter.length);
    const box = Array.from(range.getClientRects()).pop(), line = lines[lines.length - 1];
    if (!box?.width) continue;
    const piece = { text: /\s/.test(letter) ? " " : letter, left: box.left, right: box.right };
    if (line && Math.abs(line.top - box.top) < NEAR) line.pieces.push(piece);
    else lines.push({ top: box.top, height: box.height, pieces: [piece] });
  }
  return lines;
}

/** As one run where the canvas sets it as the page does, else letter by letter: digits of one width, spaces that stretch. */
function paintText(/** @type {CanvasRenderingContext2D} */ context, /** @type {Text} */ node, /** @type {CSSStyleDeclaration} */ style, /** @type {any} */ { x, y, underline }) {
  context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  for (const { top, height, pieces } of linesIn(node)) {
    const plain = (/** @type {{text: string}} */ piece) => piece.text.replace(TILDE, ""), text = pieces.map(plain).join(""), { left } = pieces[0], { right } = pieces[pieces.length - 1];
    const { width, fontBoundingBoxAscent: ascent = height * 0.8, fontBoundingBoxDescent: descent = height * 0.2 } = context.measureText(text), base = y + top + (height + ascent - descent) / 2;
    context.fillStyle = style.color;
    if (Math.abs(width - (right - left)) < 0.5) context.fillText(text, x + left, base);
    else for (const piece of pieces) context.fillText(plain(piece), x + piece.left, base, piece.right - piece.left + 0.5);
    for (const piece of pieces) if (piece.text.endsWith(TILDE)) drawTilde({ context, palette: {} }, x + piece.left, base, parseFloat(style.fontSize), style.color);
    if (!underline) continue;
    context.fillStyle = underline.textDecorationColor;
    context.fillRect(x + left, Math.round(base + UNDERLINE * parseFloat(style.fontSize)), right - left, parseFloat(underline.textDecorationThickness) || 1);
  }
}

/** Ground and borders of an element. */
function paintBox(/** @type {CanvasRenderingContext2D} */ context, /** @type {CSSStyleDeclaration} */ style, /** @type {DOMRect} */ { left, top, width, height }) {
  const fill = (/** @type {string} */ colour, /** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ wide, /** @type {number} */ tall) => {
    context.fillStyle = colour;
    if (wide > 0 && tall > 0) context.fillRect(x, y, wide, tall);
  };
  const [above, right, below, before] = ["Top", "Right", "Bottom", "Left"].map((side) => parseFloat(/** @type {any} */ (style)[`border${side}Width`]) || 0);
  fill(style.backgroundColor, left, top, width, height);
  fill(style.borderTopColor, left, top, width, above);
  fill(style.borderBottomColor, left, top + height - below, width, below);
  fill(style.borderLeftColor, left, top, before, height);
  fill(style.borderRightColor, left + width - right, top, right, height);
}

/**
 * Paints an element with all that stands in it.
 * @param {CanvasRenderingContext2D} context in CSS pixels @param {Element} root @param {{x: number, y: number, without?: string}} how x, y: where its corner comes to; without: a selector of what is left out
 */
export function paintElement(context, root, { x, y, without = "" }) {
  const skip = without ? `${FIELDS}, ${without}` : FIELDS, corner = root.getBoundingClientRect(), shift = { x: x - corner.left, y: y - corner.top };
  const walk = (/** @type {Element} */ element, /** @type {CSSStyleDeclaration | undefined} */ underline) => {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (style.display === "none" || style.visibility === "hidden" || style.clipPath !== "none" || element.matches(skip)) return;
    const place = new DOMRect(box.left + shift.x, box.top + shift.y, box.width, box.height), under = style.textDecorationLine.includes("underline") ? style : underline;
    if (element instanceof HTMLCanvasElement) {
      if (element.width > 0 && box.width > 0) context.drawImage(element, place.x, place.y, place.width, place.height);
      return;
    }
    paintBox(context, style, place);
    for (const child of element.childNodes) {
      if (child instanceof Element) walk(child, under);
      else if (child instanceof Text) paintText(context, child, style, { ...shift, underline: under });
    }
  };
  walk(root, undefined);
}
