/** The commands that the documentation shows, as a reader would type them. */
import { blocksOf, readPage, writtenPages } from "./pages.ts"

/** One command, its words without quotes. */
export interface ShownCommand {
  readonly page: string
  readonly words: readonly string[]
}

/** The commands of a piece of shell: those of pipes and substitutions too. */
export const commandsOf = (shell: string): ReadonlyArray<readonly string[]> => {
  const substituted: string[] = []
  // What stands in quotes is one word, and no operator; a substitution in double quotes is a command all the same.
  let text = shell.replace(/\\\n\s*/g, " ").replace(/'[^']*'/g, "QUOTED")
  for (let inner = /\$\(([^()]*)\)/.exec(text); inner !== null; inner = /\$\(([^()]*)\)/.exec(text)) {
    substituted.push(inner[1] ?? "")
    text = `${text.slice(0, inner.index)}SUBSTITUTED${text.slice(inner.index + inner[0].length)}`
  }
  return [text, ...substituted]
    .flatMap((piece) =>
      piece
        .replace(/"[^"\n]*"/g, "QUOTED")
        .replace(/(^|\s)#.*$/gm, "")
        .split(/\n|\|\|?|&&|;/)
    )
    .map((command) =>
      command
        .trim()
        .replace(/^\w+=(?=\S+ )\S*\s+|^\w+=\S*$/, "")
        .split(/\s+/)
        .filter((word) => word !== "")
    )
    .filter((words) => words.length > 0)
}

/** Commands in blocks, and those in the text that begin with the name of a tool. */
export const shownCommands: readonly ShownCommand[] = writtenPages.flatMap((page) => {
  const inText = [
    ...readPage(page)
      .replace(/^\s*```[\s\S]*?^\s*```/gm, "")
      .matchAll(/`((?:npm|npx|pulumi|aws) [^`\n]+)`/g)
  ]
  return [...blocksOf(page, "sh"), ...inText.map(([, command = ""]) => command)].flatMap((shell) =>
    commandsOf(shell).map((words) => ({ page, words }))
  )
})

/** The long options of a command's words, without their dashes and values. */
export const optionsOf = (words: readonly string[]): readonly string[] =>
  words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.slice(2).replace(/=.*$/, ""))
