/** Log groups and their newest lines. */
import type { LogEvent } from "./CloudWatch.ts"

/** Log groups. */
export interface LogStore {
  /** Creates a log group. Throws `ResourceAlreadyExistsException` when it is there. */
  readonly create: (logGroup: string) => void
  /** Keeps a line; creates its group when it is not there, as Lambda does. */
  readonly put: (event: LogEvent) => void
  readonly list: (logGroup: string) => ReadonlyArray<LogEvent>
}

/**
 * No log groups.
 *
 * @param limit how many lines of a group are kept. @default 20,000
 */
export const logStore = (limit = 20_000): LogStore => {
  const groups = new Map<string, Array<LogEvent>>()
  return {
    create: (logGroup) => {
      if (groups.has(logGroup)) {
        throw new Error(`ResourceAlreadyExistsException: The specified log group already exists: ${logGroup}`)
      }
      groups.set(logGroup, [])
    },
    put: (event) => {
      const lines = groups.get(event.logGroup) ?? []
      groups.set(event.logGroup, lines)
      lines.push(event)
      if (lines.length > limit) lines.splice(0, Math.ceil(limit / 4))
    },
    list: (logGroup) => [...(groups.get(logGroup) ?? [])]
  }
}
