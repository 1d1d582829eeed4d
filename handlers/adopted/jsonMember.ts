/** A member of a JSON object as it was written: what is parsed and printed again is not always the same bytes. */

const space = /[ \t\n\r]*/y
const string = /"(?:[^"\\]|\\.)*"/y
const scalar = /[^\s,\]}]+/y

const match = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

/** Where the value that starts here ends. The text is valid JSON. */
const endOfValue = (text: string, start: number): number => {
  let depth = 0
  let at = start
  do {
    const unit = text[at]
    if (unit === '"') at = match(string, text, at)
    else if (unit === "{" || unit === "[") {
      depth += 1
      at += 1
    } else if (unit === "}" || unit === "]") {
      depth -= 1
      at += 1
    } else if (unit === "," || unit === ":") at += 1
    else at = match(scalar, text, at)
    if (depth > 0) at = match(space, text, at)
  } while (depth > 0 && at < text.length)
  return at
}

/** The text of a top-level member's value; `undefined` where there is none. The last one of several counts, as in `JSON.parse`. */
export const jsonMember = (json: string, name: string): string | undefined => {
  try {
    JSON.parse(json)
  } catch {
    return undefined
  }
  let at = match(space, json, 0)
  if (json[at] !== "{") return undefined
  at = match(space, json, at + 1)
  let found: string | undefined
  while (json[at] === '"') {
    const keyEnd = match(string, json, at)
    const key: unknown = JSON.parse(json.slice(at, keyEnd))
    const start = match(space, json, match(space, json, keyEnd) + 1)
    const end = endOfValue(json, start)
    if (key === name) found = json.slice(start, end)
    at = match(space, json, end)
    if (json[at] === ",") at = match(space, json, at + 1)
  }
  return found
}
