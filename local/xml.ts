/** Writes XML for the services that answer in it. */

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;"
}

/** Text as XML content. A carriage return is written as a reference, or a parser would turn it into a line feed. */
export const escapeXml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character).replaceAll("\r", "&#13;")

/** What an element can hold; a list repeats the element, `undefined` leaves it out. */
export type XmlContent =
  | string
  | number
  | boolean
  | undefined
  | ReadonlyArray<XmlContent>
  | { readonly [name: string]: XmlContent }

const isList = (content: XmlContent): content is ReadonlyArray<XmlContent> => Array.isArray(content)

/** One element, or several of the same name for a list. */
export const xmlElement = (name: string, content: XmlContent): string => {
  if (content === undefined) return ""
  if (isList(content)) return content.map((each) => xmlElement(name, each)).join("")
  const inner =
    typeof content === "object"
      ? Object.entries(content)
          .map(([child, value]) => xmlElement(child, value))
          .join("")
      : escapeXml(String(content))
  return `<${name}>${inner}</${name}>`
}

/** A document: the declaration and the root element, in a namespace if one is given. */
export const xmlDocument = (name: string, content: XmlContent, namespace?: string): string => {
  const root = xmlElement(name, content)
  const start = namespace === undefined ? root : root.replace(`<${name}>`, `<${name} xmlns="${namespace}">`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${start}`
}
