// Reads a language's table of strings as one flat list, whatever its nesting and whatever name it is exported under.
import { fileURLToPath, pathToFileURL } from "node:url";
import path from "node:path";

const www = fileURLToPath(new URL("../../www/", import.meta.url));

/** The exported table of www/i18n/<language>.js. */
export async function table(language) {
  const module = await import(pathToFileURL(path.join(www, "i18n", `${language}.js`)).href);
  const exported = module.default ?? Object.values(module).find((value) => value && typeof value === "object");
  if (!exported) throw new Error(`www/i18n/${language}.js exports no table`);
  return exported;
}

/** Map of "group.key" to its string or function. */
export function flat(value, prefix = "", into = new Map()) {
  for (const [key, inner] of Object.entries(value)) {
    const name = prefix ? `${prefix}.${key}` : key;
    if (inner !== null && typeof inner === "object") flat(inner, name, into);
    else into.set(name, inner);
  }
  return into;
}
