/** The page of measurements: each command writes what it has printed between its own marks. */
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const pageFile = fileURLToPath(new URL("../../docs/performance.md", import.meta.url))

/**
 * A page with this text between the marks of a command; as it is where it has none.
 *
 * @param command e.g. `bench:consumer`; its marks are `<!-- npm run bench:consumer -->` and `<!-- end of bench:consumer -->`
 */
export const withMeasurement = (page: string, command: string, text: string): string => {
  const mark = `<!-- npm run ${command} -->`
  const start = page.indexOf(mark)
  const end = page.indexOf(`<!-- end of ${command} -->`)
  if (start < 0 || end < start) return page
  return `${page.slice(0, start + mark.length)}\n${text.trimEnd()}\n${page.slice(end)}`
}

/** Writes what a command has printed into docs/performance.md. */
export const writeMeasurement = (command: string, text: string): void =>
  writeFileSync(pageFile, withMeasurement(readFileSync(pageFile, "utf8"), command, text))
