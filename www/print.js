// Paper: before printing the page takes the width and the light colours of a sheet, so that its drawings are made for it, and its link is written
// out; where nobody would type that, as its first line, its length and its QR code. It refuses to print the controls.
import { words } from "./i18n.js";
import { formatInteger } from "./numbers.js";
import { drawQr, MAX_QR } from "./qr.js";

const LONGEST = 200, FIRST_LINE = 72; // characters

/** @param {{part: (id: string) => HTMLElement, link: () => string}} page link: of what is printed */
export function createPrintedLink({ part, link }) {
  function write() {
    const address = link(), isLong = address.length > LONGEST, code = document.createElement("canvas"), line = document.createElement("a");
    line.href = location.search ? address : address.replace("#", "?#"); // can be followed from a PDF; without the ? it would be a place on this sheet
    line.textContent = isLong ? `${address.slice(0, FIRST_LINE)}…` : address;
    const hasCode = isLong && address.length <= MAX_QR;
    if (hasCode) drawQr(code, address);
    part("printed-link").replaceChildren(line, ...(isLong ? [` ${words("print.length", { length: formatInteger(address.length) })}`] : []), ...(hasCode ? [code] : []));
  }
  function lay(/** @type {boolean} */ onPaper) {
    if (onPaper) write();
    document.documentElement.classList.toggle("paper", onPaper);
  }
  addEventListener("beforeprint", () => lay(true));
  addEventListener("afterprint", () => lay(false));
  matchMedia("print").addEventListener("change", ({ matches }) => lay(matches));
}
