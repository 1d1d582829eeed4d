/**
 * Scores the classifier of failure texts against labelled ones.
 *
 * `npm run score:classifier -- [FILE.jsonl] [--predictions] [--without-code]`
 *
 * A line of the file is a JSON object with `id`, `text` and, where they are known, `code` and `class` (a failure code such as
 * `AUTH_FAILURE`). With `--predictions`, one JSON line an item goes to stdout; else the scores. Bad input: exit code 2.
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { classifyText } from "../handlers/failure/classify.ts"
import { failureCode, failureCodes } from "../handlers/failure/FailureClass.ts"

interface Item {
  readonly id: string | number
  readonly text: string
  readonly code: string | undefined
  readonly class: string | undefined
}

const codes: ReadonlyArray<string> = Object.values(failureCodes)
const defaultFile = fileURLToPath(new URL("../test/handlers/failure/failure-texts.jsonl", import.meta.url))

const refuse = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`)
  process.exit(2)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const parseLine = (line: string, where: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return refuse(`${where} is not JSON.`)
  }
}

const toItem = (line: string, where: string): Item => {
  const value = parseLine(line, where)
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse(`${where} is not a JSON object.`)
  const id = "id" in value ? value.id : undefined
  const text = "text" in value ? value.text : undefined
  const code = "code" in value ? value.code : undefined
  const label = "class" in value ? value.class : undefined
  if (typeof id !== "string" && typeof id !== "number") return refuse(`${where} has no id (a string or a number).`)
  if (typeof text !== "string") return refuse(`${where} has no text (a string).`)
  if (code !== undefined && code !== null && typeof code !== "string" && typeof code !== "number")
    return refuse(`${where} has a code that is neither a string nor a number.`)
  if (label !== undefined && label !== null && (typeof label !== "string" || !codes.includes(label)))
    return refuse(`${where} has the class ${JSON.stringify(label)}; known are ${codes.join(", ")}.`)
  return {
    id,
    text,
    code: code === undefined || code === null ? undefined : String(code),
    class: typeof label === "string" ? label : undefined
  }
}

const readItems = (file: string): ReadonlyArray<Item> => {
  let content = ""
  try {
    content = readFileSync(file, "utf8")
  } catch (error) {
    refuse(`Cannot read ${file}: ${messageOf(error)}.`)
  }
  const items = content
    .split("\n")
    .map((line, index): Item | undefined =>
      line.trim() === "" ? undefined : toItem(line, `Line ${index + 1} of ${file}`)
    )
    .filter((item) => item !== undefined)
  return items.length === 0 ? refuse(`${file} holds no items.`) : items
}

const readArguments = () => {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { predictions: { type: "boolean", default: false }, "without-code": { type: "boolean", default: false } }
    })
    if (positionals.length > 1) refuse(`One file at a time: ${positionals.join(", ")} are ${positionals.length}.`)
    return { file: positionals[0] ?? defaultFile, predictions: values.predictions, withCode: !values["without-code"] }
  } catch (error) {
    return refuse(
      `${messageOf(error)} Usage: npm run score:classifier -- [FILE.jsonl] [--predictions] [--without-code]`
    )
  }
}

const percent = (part: number, whole: number): string => (whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`)

const cell = (value: string | number): string => String(value).padStart(20)

const predictedCode = (item: Item, withCode: boolean): string =>
  failureCode(classifyText(item.text, withCode ? item.code : undefined).class)

const printScores = (items: ReadonlyArray<Item>, withCode: boolean): void => {
  const pairs = items.flatMap((item) =>
    item.class === undefined ? [] : [{ wanted: item.class, got: predictedCode(item, withCode) }]
  )
  const count = (wanted: string | undefined, got: string | undefined): number =>
    pairs.filter((pair) => (wanted ?? pair.wanted) === pair.wanted && (got ?? pair.got) === pair.got).length
  const right = pairs.filter((pair) => pair.wanted === pair.got).length
  console.log(`${withCode ? "With" : "Without"} code: ${percent(right, pairs.length)} (${right} of ${pairs.length})\n`)
  console.log(["class", "items", "precision", "recall"].map(cell).join(""))
  for (const code of codes)
    console.log(
      [
        code,
        count(code, undefined),
        percent(count(code, code), count(undefined, code)),
        percent(count(code, code), count(code, undefined))
      ]
        .map(cell)
        .join("")
    )
  console.log("\nConfusion: wanted (rows) against predicted (columns)")
  console.log(["", ...codes].map(cell).join(""))
  for (const wanted of codes) console.log([wanted, ...codes.map((got) => count(wanted, got))].map(cell).join(""))
  console.log("")
}

const options = readArguments()
const items = readItems(options.file)
if (options.predictions) {
  for (const item of items) {
    const { class: name, rule } = classifyText(item.text, options.withCode ? item.code : undefined)
    console.log(JSON.stringify({ id: item.id, class: failureCode(name), rule }))
  }
} else {
  if (items.every((item) => item.class === undefined))
    refuse(`No item in ${options.file} has a class to score against; --predictions needs none.`)
  const unscored = items.filter((item) => item.class === undefined).length
  console.log(
    `${items.length} texts in ${options.file}${unscored === 0 ? "" : `, ${unscored} of them without a class (not scored)`}\n`
  )
  if (options.withCode) printScores(items, true)
  printScores(items, false)
}
