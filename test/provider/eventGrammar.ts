/**
 * Schedules and patterns of EventBridge, and filter policies of SNS, which share their matchers.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
 */
import { members } from "./checks.ts"

const cronField = String.raw`(?:\*|\?|[A-Z\dL#W]+(?:-[A-Z\d]+)?(?:,[A-Z\d]+(?:-[A-Z\d]+)?)*)(?:/\d+)?`

const cron = new RegExp(`^cron\\(${Array.from({ length: 6 }, () => cronField).join(" ")}\\)$`)

/** What is wrong with a schedule. */
export const scheduleProblems = (schedule: unknown): ReadonlyArray<string> => {
  const text = String(schedule)
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(text)
  if (rate !== null)
    return Number(rate[1]) >= 1 && (Number(rate[1]) === 1) === (rate[3] === "")
      ? []
      : [`${text}: 1 has the singular, all others the plural`]
  if (!cron.test(text)) return [`${text} is no schedule`]
  const [, , dayOfMonth, , dayOfWeek] = text.slice("cron(".length, -1).split(" ")
  return (dayOfMonth === "?") === (dayOfWeek === "?") ? [`${text}: exactly one of the days is ?`] : []
}

const matchers = [
  "anything-but",
  "cidr",
  "equals-ignore-case",
  "exists",
  "numeric",
  "prefix",
  "suffix",
  "wildcard"
] as const

const matcherProblems = (value: unknown, path: string): ReadonlyArray<string> => {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return []
  const [only, ...others] = members(value)
  if (only === undefined || others.length > 0) return [`${path}: ${JSON.stringify(value)} is no matcher`]
  const [name, argument] = only
  if (!matchers.some((each) => each === name)) return [`${path}: there is no matcher ${name}`]
  if (name === "exists") return typeof argument === "boolean" ? [] : [`${path}: exists is true or false`]
  if (name === "numeric")
    return Array.isArray(argument) &&
      argument.length % 2 === 0 &&
      argument.every((each, index) =>
        index % 2 === 0 ? /^(?:[<>]=?|=)$/.test(String(each)) : typeof each === "number"
      )
      ? []
      : [`${path}: numeric compares with numbers`]
  return argument === undefined || argument === null ? [`${path}: ${name} needs a value`] : []
}

const patternProblemsAt = (value: unknown, path: string): ReadonlyArray<string> =>
  Array.isArray(value)
    ? value.length === 0
      ? [`${path}: an empty list matches nothing`]
      : value.flatMap((each) => matcherProblems(each, path))
    : members(value).length > 0
      ? members(value).flatMap(([name, each]) => patternProblemsAt(each, path === "" ? name : `${path}.${name}`))
      : [`${path}: ${JSON.stringify(value)} is neither a list nor an object`]

const eventFields = [
  "version",
  "id",
  "detail-type",
  "source",
  "account",
  "time",
  "region",
  "resources",
  "detail",
  "$or"
]

/** What is wrong with a pattern of events. */
export const eventPatternProblems = (pattern: unknown): ReadonlyArray<string> => [
  ...patternProblemsAt(pattern, ""),
  ...members(pattern).flatMap(([name]) => (eventFields.includes(name) ? [] : [`events have no ${name}`]))
]

/** The most keys, and the most combinations of values, of a filter policy. */
const maxKeys = 5
const maxCombinations = 150

/** What is wrong with a filter policy over message attributes. */
export const filterPolicyProblems = (policy: unknown): ReadonlyArray<string> => {
  const lists = members(policy)
  const combinations = lists.reduce((product, [, values]) => product * (Array.isArray(values) ? values.length : 1), 1)
  return [
    ...patternProblemsAt(policy, ""),
    ...lists.flatMap(([name, values]) => (Array.isArray(values) ? [] : [`${name}: a list is needed`])),
    ...(lists.length > maxKeys ? [`${lists.length} keys, and ${maxKeys} is the most`] : []),
    ...(combinations > maxCombinations ? [`${combinations} combinations, and ${maxCombinations} is the most`] : [])
  ]
}
