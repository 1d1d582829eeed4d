/**
 * SQLSTATE: five characters, the first two of which are a class. Standard classes, PostgreSQL's own, and the few of others.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
import type { FailureClass } from "../FailureClass.ts"
import { codeTable } from "./codeTable.ts"

const states = codeTable({
  AuthFailure: "28000 28P01 42501 0P000 0L000 0LP01 S0001",
  ValidationError: "22P02 40002 54000 27000 P0001",
  BadPayload: "22021 22P05 2200M 2200N 2200S 2200T 22032 22030 22P03 22P04 22024 2200L",
  Timeout: "57014 55P03 25P03 25P04 57P05 HYT00 HYT01 S1T00 08P05",
  DependencyFailure: "25006 55006 57P01 57P02 57P03 57P04 72000 58030 58000 F0000 F0001 HV00N",
  Unknown: `42P01 42703 42601 42883 25P02 25P01 0A000 22012 3D000 3F000 55000 XX000 XX001 XX002 26000 24000 34000 42S02 42S22 2F000 08P01 21000 21S01 21S02
    22019 22025 2202E 2201E 2201F 2201G 2201W 2201X 54001 54011 54023 55P02 55P04 P0002 P0003 P0004`
})

const classes: Readonly<Record<string, FailureClass>> = {
  "08": "DependencyFailure",
  "22": "ValidationError",
  "23": "ValidationError",
  "40": "DependencyFailure",
  "53": "DependencyFailure",
  "57": "DependencyFailure",
  "58": "DependencyFailure",
  "28": "AuthFailure",
  "44": "ValidationError",
  "42": "Unknown",
  "25": "Unknown",
  "26": "Unknown",
  "07": "Unknown",
  "3D": "Unknown",
  "3F": "Unknown",
  "0A": "Unknown"
}

/** The class of a SQLSTATE; `undefined` for one that says nothing, such as `HY000`. */
export const sqlStateClass = (state: string): FailureClass | undefined => {
  const code = state.trim().toUpperCase()
  return /^[0-9A-Z]{5}$/.test(code) && /[0-9]/.test(code)
    ? (states.get(code.toLowerCase()) ?? classes[code.slice(0, 2)])
    : undefined
}

/** The SQLSTATE inside a text, where a driver wrote one. */
export const sqlStateIn = (text: string): string | undefined =>
  /\bSQL ?STATE[:=\s[(]{1,4}["']?([0-9A-Z]{5})\b/i.exec(text)?.[1] ??
  /\bPostgresException[^\n]{0,24}: ([0-9A-Z]{5}): /.exec(text)?.[1] ??
  /\bERROR \d{4} \(([0-9A-Z]{5})\)/.exec(text)?.[1] ??
  /\(SQLSTATE ([0-9A-Z]{5})\)/.exec(text)?.[1] ??
  /\bERROR: ([0-9][0-9A-Z]{4}): /.exec(text)?.[1]
