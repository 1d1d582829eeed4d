/**
 * HTML out of text that others may have chosen: what a message failed with is shown to people who may replay. Elements and
 * attributes are named here, and nowhere else; all else is escaped.
 */

/** A piece of HTML that was made here. */
export class Html {
  readonly #markup: string
  constructor(markup: string) {
    this.#markup = markup
  }
  /** The markup. */
  toString(): string {
    return this.#markup
  }
}

/** The elements that are made. */
export type ElementName =
  | "a"
  | "b"
  | "br"
  | "cwdb-action"
  | "h3"
  | "p"
  | "table"
  | "tbody"
  | "td"
  | "th"
  | "thead"
  | "tr"

/** The attributes that are made. */
export type AttributeName = "action" | "class" | "confirmation" | "display" | "endpoint" | "href" | "rel" | "target"

/** What stands in an element: HTML, or text, which is escaped. */
export type Child = Html | string

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;"
}

/** Characters that are not shown, or that change the direction of what follows: text could look like something else. */
const unseen = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/** Text as it may stand between tags and in an attribute's quotes. */
export const escapeText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\t\r\n]+/g, " ")
    .replace(unseen, "\ufffd")
    .replace(/[&<>"'`]/g, (character) => entities[character] ?? "")

const markupOf = (child: Child): string => (typeof child === "string" ? escapeText(child) : child.toString())

/** Several pieces, one after the other. */
export const together = (...children: ReadonlyArray<Child>): Html => new Html(children.map(markupOf).join(""))

/** An element. Attributes that are `undefined` are left out. */
export const element = (
  name: ElementName,
  attributes: Readonly<Partial<Record<AttributeName, string | undefined>>>,
  ...children: ReadonlyArray<Child>
): Html => {
  const given = Object.entries(attributes)
    .flatMap(([attribute, value]) => (value === undefined ? [] : [` ${attribute}="${escapeText(value)}"`]))
    .join("")
  const opened = `<${name}${given}>`
  return new Html(name === "br" ? opened : `${opened}${children.map(markupOf).join("")}</${name}>`)
}
