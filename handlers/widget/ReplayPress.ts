/** What a press of the replay button asks for. */
import { Option, Schema } from "effect"

const Fingerprint = Schema.String.check(Schema.isPattern(/^[0-9a-f]{14}$/))
const Time = Schema.String.check(Schema.isPattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/))
const RunId = Schema.String.check(Schema.isPattern(/^\d{14}-[0-9a-f]{8}$/))

const Resume = Schema.Struct({ resume: RunId })

const Group = Schema.Struct({
  /** The hash that the group's fingerprint begins with. */
  fingerprint: Fingerprint,
  status: Schema.Literals(["awaiting-operator", "archived"]),
  /** Only what failed last within this time. */
  from: Schema.optionalKey(Time),
  to: Schema.optionalKey(Time),
  /** Sends and writes nothing: says what would be replayed. @default false */
  dryRun: Schema.optionalKey(Schema.Boolean)
})

/** A group to replay, or a run to go on with. */
export type ReplayPress = typeof Resume.Type | typeof Group.Type

const decode = Schema.decodeUnknownOption(Schema.Union([Resume, Group]))

/** What is asked for; `undefined` where it is neither. Never throws. */
export const readPress = (event: unknown): ReplayPress | undefined => Option.getOrUndefined(decode(event))
