/** An error text taken apart: bounded, without stack frames, cut into its chain of causes, innermost first. */
import { cutText } from "../text.ts"

/** Head and tail that are read of a longer text: the message stands at the head, the innermost cause of a trace at the tail. */
const headLength = 6144
const tailLength = 2048

/** How many causes of a chain are looked at. */
const maxSegments = 12

/** The text, cut to a length that bounds the work, with runs of blanks made one blank. */
export const boundText = (text: string): string =>
  (text.length <= headLength + tailLength
    ? text
    : `${cutText(text, headLength)}\n${text.slice(text.length - tailLength)}`
  )
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[ \u00a0]{2,}/g, " ")
    .replace(/\t+/g, "\t")

const frameLine =
  /^\s*(?:at [^\n]{0,400}[(:.][^\n]*|at <anonymous>|at async .*|File "[^"\n]*", line \d+.*|from \S+:\d+:in .*|\.\.\. \d+ (?:more|common frames omitted)|goroutine \d+ \[.*|\S+\.go:\d+.*|--- End of .*|#\d+ \S.*)$/

const isFrame = (line: string): boolean => line.length < 2048 && frameLine.test(line)

/** Python prints the frames first, then the error: what is indented before the error is code. */
const withoutPythonFrames = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const kept: Array<string> = []
  let inTrace = false
  for (const line of lines) {
    if (line.startsWith("Traceback (most recent call last)")) inTrace = true
    else if (inTrace && (line.startsWith(" ") || line.startsWith("\t"))) continue
    else {
      inTrace = false
      kept.push(line)
    }
  }
  return kept
}

/** The text without stack frames. */
export const withoutFrames = (text: string): string => {
  const kept = withoutPythonFrames(text.split("\n")).filter((line) => !isFrame(line))
  return kept.length === 0 || kept.every((line) => line.trim() === "") ? text : kept.join("\n")
}

const causeMark =
  /(?:\n\s?|; |, |\(|\[|^)?\b(?:Caused by|caused by|nested exception is|Inner ?Exception|inner exception|Original error|original error|Root cause|Last error)\b[:=]?|\[cause\]:|\bcause["']?: (?=\w)| ?---> ?/

/** Between two tracebacks of Python: the first is the cause of the second. */
const pythonMark =
  /\n(?:During handling of the above exception, another exception occurred|The above exception was the direct cause of the following exception):\n?/

/** The chain of causes, innermost first; a text without causes is one segment. */
export const causeChain = (text: string): ReadonlyArray<string> => {
  const blocks = text.split(pythonMark)
  return blocks
    .flatMap((block) => withoutFrames(block).split(causeMark).slice(-maxSegments).reverse())
    .map((segment) => segment.trim())
    .filter((segment) => segment !== "")
}

/** The first line that says something, for a reader. */
export const firstLine = (text: string): string => {
  const lines = withoutFrames(text).split("\n")
  return (lines.find((line) => /[A-Za-z0-9]/.test(line)) ?? "").trim()
}

/** The top stack frame that is the program's own, if the text has any frame. */
export const topFrame = (text: string): string | undefined => {
  const frames = text
    .split("\n")
    .filter((line) => line.length < 1024 && /^\s*(?:at \S|File "[^"\n]+", line \d|\S+\.go:\d)/.test(line))
    .map((line) => line.trim())
  const own = frames.filter(
    (frame) =>
      !/node_modules|node:|\/var\/runtime|\(java\.|java\.base|site-packages|\/usr\/lib|at (?:java|sun|jdk|org\.springframework|System|Microsoft|Amazon)\./.test(
        frame
      )
  )
  // Python's innermost frame is its last one.
  const python = frames.some((frame) => frame.startsWith("File "))
  const frame = (python ? own.at(-1) : own[0]) ?? frames[0]
  return frame === undefined ? undefined : cutText(frame, 256)
}
