/**
 * Where in a JSON text the values are that paths lead to. The text itself is cut, not a parsed copy of it written anew:
 * all else stays as its sender wrote it, big numbers, repeated members and white space included.
 */
import type { RedactPath } from "./redactPath.ts"

/** A value's place: from its first character to behind its last. */
export interface JsonSpan {
  readonly start: number
  readonly end: number
  /** The path that leads to it. */
  readonly path: RedactPath
}

/** How far a path has been followed: the index of its next step. */
interface Progress {
  readonly path: RedactPath
  readonly next: number
}

interface Frame {
  readonly isObject: boolean
  readonly progress: ReadonlyArray<Progress>
  /** Where it began and by which path, if it is a value that a path leads to. */
  readonly found: { readonly start: number; readonly path: RedactPath } | undefined
  index: number
}

/** Follows paths into a member (by name) or an element (by index) of a container. Each place of a path counts once. */
const follow = (progress: ReadonlyArray<Progress>, key: string | number): ReadonlyArray<Progress> => {
  const reached: Array<Progress> = []
  const reach = (path: RedactPath, next: number): void => {
    if (!reached.some((each) => each.path === path && each.next === next)) reached.push({ path, next })
  }
  for (const { path, next } of progress) {
    const step = path.steps[next]
    if (step === undefined) continue
    if ("element" in step ? step.element === key : step.member === undefined || step.member === key)
      reach(path, next + 1)
    if ("member" in step && step.descends) reach(path, next)
  }
  return reached
}

const ended = (progress: ReadonlyArray<Progress>): RedactPath | undefined =>
  progress.find(({ path, next }) => next === path.steps.length)?.path

/** Behind the string that starts at a position. */
const endOfString = (text: string, start: number): number => {
  let position = start + 1
  while (text[position] !== '"') position += text[position] === "\\" ? 2 : 1
  return position + 1
}

const scalar = /[^\s,\]}]+/y

/**
 * The places of the values that the paths lead to, in order, none inside another. However deep the text is nested, no
 * stack overflows.
 *
 * @param text JSON: of any other text the answer means nothing
 */
export const jsonSpans = (text: string, paths: ReadonlyArray<RedactPath>): ReadonlyArray<JsonSpan> => {
  const spans: Array<JsonSpan> = []
  const frames: Array<Frame> = []
  let position = 0
  let progress: ReadonlyArray<Progress> = paths.map((path) => ({ path, next: 0 }))
  let expectsKey = false
  while (position < text.length) {
    const frame = frames.at(-1)
    const character = text[position] ?? ""
    if (character === ",") {
      expectsKey = frame?.isObject === true
      position++
    } else if (/[\s:]/.test(character)) position++
    else if (character === "}" || character === "]") {
      position++
      if (frame?.found !== undefined) spans.push({ ...frame.found, end: position })
      frames.pop()
      expectsKey = false
    } else if (expectsKey && frame !== undefined) {
      const end = endOfString(text, position)
      progress = follow(frame.progress, String(JSON.parse(text.slice(position, end))))
      expectsKey = false
      position = end
    } else {
      if (frame?.isObject === false) progress = follow(frame.progress, frame.index++)
      const path = ended(progress)
      if (character === "{" || character === "[") {
        const found = path === undefined ? undefined : { start: position, path }
        // What is inside of a value that goes as a whole is not looked at.
        frames.push({ isObject: character === "{", progress: found === undefined ? progress : [], found, index: 0 })
        expectsKey = character === "{"
        position++
      } else {
        scalar.lastIndex = position
        scalar.exec(text)
        const end = character === '"' ? endOfString(text, position) : scalar.lastIndex
        if (path !== undefined) spans.push({ start: position, end, path })
        position = end
      }
    }
  }
  return spans
}
