/** A progress bar in one line. Pure. */
import { cut } from "./layout.ts"

const barWidth = 24

/** E.g. `[============            ] 20/40  Replayed 20 of 40 messages.` */
export const progressBar = (
  { done, of, text }: { readonly done: number; readonly of: number | undefined; readonly text: string },
  width: number
): string => {
  if (of === undefined || of <= 0) return cut(`${done}  ${text}`, width)
  const filled = Math.round((Math.min(done, of) / of) * barWidth)
  return cut(`[${"=".repeat(filled)}${" ".repeat(barWidth - filled)}] ${done}/${of}  ${text}`, width)
}
