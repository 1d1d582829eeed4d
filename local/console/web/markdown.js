// The part of Markdown that text widgets use. Everything is made of elements and text: nothing in it can be markup.
import { element } from "./dom.js"

/** Addresses that a link may lead to. @param {string} href */
const isHarmless = (href) => /^(?:https?:\/\/|#|\/)/i.test(href)

const inlinePattern = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\(([^)\s]+)\)/

/** @param {string} text @returns {Array<Node | string>} */
const inline = (text) => {
  const match = inlinePattern.exec(text)
  if (match === null) return text === "" ? [] : [text]
  const [all, code, strong, emphasis, label, href] = match
  const node =
    code !== undefined
      ? element("code", {}, code)
      : strong !== undefined
        ? element("strong", {}, ...inline(strong))
        : emphasis !== undefined
          ? element("em", {}, ...inline(emphasis))
          : href !== undefined && isHarmless(href)
            ? element("a", { href, rel: "noreferrer noopener", target: "_blank" }, ...inline(label ?? ""))
            : element("span", {}, label ?? "")
  return [
    ...(match.index === 0 ? [] : [text.slice(0, match.index)]),
    node,
    ...inline(text.slice(match.index + all.length))
  ]
}

/** @param {string} line */
const cells = (line) =>
  line
    .replace(/^\s*\||\|\s*$/g, "")
    .split("|")
    .map((cell) => cell.trim())

/** @param {ReadonlyArray<string>} lines */
const table = ([head = "", , ...body]) =>
  element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...cells(head).map((cell) => element("th", {}, ...inline(cell))))),
    element(
      "tbody",
      {},
      ...body.map((line) => element("tr", {}, ...cells(line).map((cell) => element("td", {}, ...inline(cell)))))
    )
  )

/** @param {string} block @returns {Node} */
const blockOf = (block) => {
  const lines = block.split("\n")
  const [first = ""] = lines
  const [, marks, heading] = /^(#{1,6})\s+(.*)$/.exec(first) ?? []
  if (marks !== undefined && lines.length === 1)
    return element(marks.length < 3 ? "h3" : "h4", {}, ...inline(heading ?? ""))
  if (first.startsWith("```"))
    return element(
      "pre",
      { class: "code" },
      lines
        .slice(1)
        .join("\n")
        .replace(/\n?```$/, "")
    )
  if (/^\s*[-*]\s/.test(first))
    return element("ul", {}, ...lines.map((line) => element("li", {}, ...inline(line.replace(/^\s*[-*]\s+/, "")))))
  if (/^\s*\d+\.\s/.test(first))
    return element("ol", {}, ...lines.map((line) => element("li", {}, ...inline(line.replace(/^\s*\d+\.\s+/, "")))))
  if (first.includes("|") && /^[\s|:-]+$/.test(lines[1] ?? "x")) return table(lines)
  return element("p", {}, ...inline(lines.join(" ")))
}

/**
 * @param {string} text
 * @returns {ReadonlyArray<Node>}
 */
export const markdown = (text) =>
  (text.replaceAll("\r", "").match(/```[\s\S]*?```|(?:(?!```)[^\n])+(?:\n(?!\n|```|#)[^\n]+)*/g) ?? [])
    .filter((block) => block.trim() !== "")
    .map((block) => blockOf(block.trim()))
