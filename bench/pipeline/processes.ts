/** CPU of this process's children: the functions' processes. */
import { readdirSync, readFileSync } from "node:fs"

/** Linux counts in hundredths of a second. */
const ticksPerSecond = 100

/** Seconds of CPU by process id; empty where the machine has no /proc. */
export const childCpuSeconds = (): ReadonlyMap<number, number> => {
  const seconds = new Map<number, number>()
  let names: ReadonlyArray<string>
  try {
    names = readdirSync("/proc")
  } catch {
    return seconds
  }
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue
    try {
      // Behind the command's name, which may hold anything: state, parent …, user and system time.
      const fields = readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? []
      if (Number(fields[1]) === process.pid)
        seconds.set(Number(name), (Number(fields[11]) + Number(fields[12])) / ticksPerSecond)
    } catch {
      // It has ended meanwhile.
    }
  }
  return seconds
}

/** What has been used since, by those that are still there and by those that are new. */
export const childCpuSince = (before: ReadonlyMap<number, number>): number =>
  [...childCpuSeconds()].reduce((sum, [pid, seconds]) => sum + Math.max(0, seconds - (before.get(pid) ?? 0)), 0)
