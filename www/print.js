// The link on paper: as text at the end of the page, or, where nobody would type it, its first line, its length and its QR code.
import { words } from "./i18n.js";
import { formatInteger } from "./numbers.js";
import { drawQr, MAX_QR } from "./qr.js";

const LONGEST = 200, FIRST_LINE = 72; // characters

/** @param {{part: (id: string) => HTMLElement, link: () => string}} page link: of what is printed */
export function createPrintedLink({ part, link }) {
  addEventListener("beforeprint", () => {
    const address = link(), isLong = address.length > LONGEST, place = part("printed-link"), code = document.createElement("canvas");
    if (isLong && address.length <= MAX_QR) drawQr(code, address);
    const line = document.createElement("p");
    line.textContent = isLong ? `${address.slice(0, FIRST_LINE)}… ${words("print.length", { length: formatInteger(address.length) })}` : address;
    place.replaceChildren(line, ...(isLong && address.length <= MAX_QR ? [code] : []));
  });
}
