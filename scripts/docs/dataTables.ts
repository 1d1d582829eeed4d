/** Tables in the documentation that are written from data of the handlers: the default rules, failures on purpose. */
import { failureCode } from "../../handlers/failure/FailureClass.ts"
import { chaosItems } from "../../handlers/orders/chaos.ts"
import { defaultRules, type RecoveryRule } from "../../handlers/recovery/RecoveryPolicy.ts"

const row = (cells: ReadonlyArray<string | number>): string => `| ${cells.join(" | ")} |`

const spoken = (seconds: number): string => {
  if (seconds < 60) return `${seconds} s`
  return seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`
}

const ruleCells = (rule: RecoveryRule): ReadonlyArray<string | number> => {
  if (rule.action !== "heal" && rule.action !== "isolate") return [`\`${rule.action}\``, "", "", "", "", ""]
  const { baseSeconds, factor, capSeconds } = rule.backoff
  return [
    `\`${rule.action}\``,
    spoken(baseSeconds),
    `× ${factor}`,
    spoken(capSeconds),
    rule.maxAttempts,
    spoken(rule.maxAgeSeconds)
  ]
}

const defaultRulesTable = (): string =>
  [
    row(["class", "action", "first backoff, at most", "then", "up to", "attempts", "age"]),
    "|---|---|---|---|---|---|---|",
    ...Object.entries(defaultRules).map(([name, rule]) => row([`\`${name}\``, ...ruleCells(rule)]))
  ].join("\n")

/** What each name is taken for: the class of its failure, by its own name. */
const classOf = (item: string): string => (item === "Poison" ? "Unknown" : item.replace(/^Chaos/, ""))

const chaosTable = (): string =>
  [
    row(["`itemName`", "what it does", "class", "by default"]),
    "|---|---|---|---|",
    ...Object.entries(chaosItems).map(([item, { does }]) => {
      const name = classOf(item)
      const rules: Readonly<Record<string, RecoveryRule>> = defaultRules
      return row([`\`${item}\``, does, `\`${failureCode(name)}\``, `\`${rules[name]?.action ?? ""}\``])
    })
  ].join("\n")

/** The tables, by the name that their markers have. */
export const dataTables: Readonly<Record<string, () => string>> = {
  "default rules": defaultRulesTable,
  "chaos items": chaosTable
}
