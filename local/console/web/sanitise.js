// HTML of a function, made harmless: only what is listed stays. No script, no style sheet, no frame, no address elsewhere.

const elements = new Set(
  "A ABBR B BLOCKQUOTE BR BUTTON CAPTION CODE COL COLGROUP DD DETAILS DIV DL DT EM FIELDSET FIGURE FIGCAPTION FORM H1 H2 H3 H4 H5 H6 HR I INPUT KBD LABEL LEGEND LI MARK METER OL OPTION P PRE PROGRESS S SECTION SELECT SMALL SPAN STRONG SUB SUMMARY SUP TABLE TBODY TD TEXTAREA TFOOT TH THEAD TIME TR U UL CWDB-ACTION".split(
    " "
  )
)

const attributes = new Set(
  "abbr alt aria-label class colspan datetime for headers high id label low max min name open optimum placeholder role rowspan scope selected checked disabled span title type value action confirmation display endpoint event".split(
    " "
  )
)

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

/** @param {HTMLElement} from @param {HTMLElement} to */
const copyStyles = (from, to) => {
  for (const name of styles) {
    const value = from.style.getPropertyValue(name)
    // A picture in a style is a request to somebody.
    if (value !== "" && !/url\(|image|expression/i.test(value)) to.style.setProperty(name, value)
  }
}

/** @param {Node} node @param {Document} owner @returns {Node | undefined} */
const copyOf = (node, owner) => {
  if (node.nodeType === Node.TEXT_NODE) return owner.createTextNode(node.textContent ?? "")
  if (!(node instanceof HTMLElement) || !elements.has(node.tagName)) return undefined
  const copy = owner.createElement(node.tagName.toLowerCase())
  for (const { name, value } of node.attributes) {
    if (attributes.has(name)) copy.setAttribute(name, value)
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
