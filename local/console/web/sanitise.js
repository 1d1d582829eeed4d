// HTML of a function, made harmless: only what is listed stays. No script, no style sheet, no frame, no address elsewhere.

const elements = new Set(
  "A ABBR B BLOCKQUOTE BR BUTTON CAPTION CODE COL COLGROUP DD DETAILS DIV DL DT EM FIELDSET FIGURE FIGCAPTION FORM H1 H2 H3 H4 H5 H6 HR I INPUT KBD LABEL LEGEND LI MARK METER OL OPTION P PRE PROGRESS S SECTION SELECT SMALL SPAN STRONG SUB SUMMARY SUP TABLE TBODY TD TEXTAREA TFOOT TH THEAD TIME TR U UL CWDB-ACTION".split(
    " "
  )
)

const attributes = new Set(
  "abbr alt aria-label class colspan datetime for headers high id label low max min name open optimum placeholder role rowspan scope selected checked disabled span title type value".split(
    " "
  )
)

/** What `cwdb-action` understands: `action` of a form would be an address. */
const actionAttributes = new Set("action confirmation display endpoint event".split(" "))

const styles = new Set(
  "background background-color border border-bottom border-collapse border-color border-left border-radius border-right border-spacing border-top color display flex flex-wrap font font-family font-size font-style font-weight gap grid-template-columns height justify-content align-items letter-spacing line-height list-style margin margin-bottom margin-left margin-right margin-top max-height max-width min-width opacity overflow overflow-x overflow-y padding padding-bottom padding-left padding-right padding-top text-align text-decoration text-overflow text-transform vertical-align white-space width word-break".split(
    " "
  )
)

/** A link leads to another page, in another tab, that learns nothing of this one. @param {Element} copy @param {string} href */
const copyLink = (copy, href) => {
  if (!/^https?:\/\//i.test(href)) return
  copy.setAttribute("href", href)
  copy.setAttribute("target", "_blank")
  copy.setAttribute("rel", "noreferrer noopener")
}

/** What a value of a style may call: nothing that fetches, such as `url()`, `image-set()` or whatever is to come. */
const styleFunctions = new Set(
  "calc clamp fit-content hsl hsla linear-gradient max min minmax radial-gradient repeat rgb rgba var".split(" ")
)

/** A value with an escape in it may be read otherwise than it looks. @param {string} value */
const isHarmless = (value) =>
  !value.includes("\\") && [...value.matchAll(/([^\s(,/]*)\(/g)].every(([, name = ""]) => styleFunctions.has(name))

/**
 * Read from the attribute's text, as the page's policy lets no style attribute count; and by an element that is in no page,
 * so that nothing is fetched.
 *
 * @param {HTMLElement} from @param {HTMLElement} to
 */
const copyStyles = (from, to) => {
  const given = from.getAttribute("style")
  if (given === null) return
  const { style } = document.createElement("span")
  style.cssText = given
  for (const name of styles) {
    const value = style.getPropertyValue(name)
    if (value !== "" && isHarmless(value)) to.style.setProperty(name, value)
  }
}

/** @param {Node} node @param {Document} owner @returns {Node | undefined} */
const copyOf = (node, owner) => {
  if (node.nodeType === Node.TEXT_NODE) return owner.createTextNode(node.textContent ?? "")
  if (!(node instanceof HTMLElement) || !elements.has(node.tagName)) return undefined
  const copy = owner.createElement(node.tagName.toLowerCase())
  for (const { name, value } of node.attributes) {
    if (attributes.has(name) || (node.tagName === "CWDB-ACTION" && actionAttributes.has(name)))
      copy.setAttribute(name, value)
    if (name === "href" && node.tagName === "A") copyLink(copy, value)
  }
  copyStyles(node, copy)
  copy.append(...childrenOf(node, owner))
  return copy
}

/** @param {Node} node @param {Document} owner */
const childrenOf = (node, owner) => [...node.childNodes].flatMap((child) => copyOf(child, owner) ?? [])

/**
 * The harmless part of some HTML, as nodes of this page.
 *
 * @param {string} html
 * @returns {ReadonlyArray<Node>}
 */
export const sanitised = (html) => {
  // A document that is parsed like this runs nothing and loads nothing.
  const parsed = new DOMParser().parseFromString(html, "text/html")
  return childrenOf(parsed.body, document)
}
