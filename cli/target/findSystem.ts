/** Which system a command is about: given outputs, a running instance of the embedded AWS, or a Pulumi stack. */
import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import { promisify } from "node:util"
import { Effect, Option, Result, Schema } from "effect"
import { findInstance, type Instance, runningInstances } from "../../local/instances.ts"
import { given } from "../flags.ts"
import { Refusal, refuse } from "../Refusal.ts"
import { type StackOutputs, type SystemOutputs, systemOutputs } from "./systemOutputs.ts"

/** A system that commands work on. */
export interface System {
  /** For people: `stack dev`. */
  readonly name: string
  readonly outputs: SystemOutputs
  /** The names of all outputs, for a sentence about what is missing. */
  readonly outputNames: ReadonlyArray<string>
  /** Set for the embedded AWS, which has endpoint and credentials of its own. */
  readonly instance?: Pick<Instance, "endpoint" | "region" | "administrator"> | undefined
}

/** What says which system. */
export interface SystemFlags {
  readonly outputs: Option.Option<string>
  readonly stack: Option.Option<string>
  readonly instance: Option.Option<string>
  readonly queue: Option.Option<string>
}

const decodeOutputs = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown)))

const parsed = (json: string, from: string): Effect.Effect<StackOutputs, Refusal> =>
  Option.match(decodeOutputs(json), {
    onNone: () =>
      Effect.fail(refuse(`${from}: it has to be a JSON object, as \`pulumi stack output --json\` writes it.`)),
    onSome: Effect.succeed
  })

const fromFile = (path: string) =>
  Effect.tryPromise({
    try: () => readFile(path, "utf8"),
    catch: () => refuse(`--outputs: the file "${path}" cannot be read.`)
  }).pipe(
    Effect.flatMap((json) => parsed(json, `--outputs ${path}`)),
    Effect.map((outputs) => ({ name: `outputs in ${path}`, outputs, instance: undefined }))
  )

/** Another AWS system than Pulumi's own words tell: its first line of complaint is enough. */
const firstLine = (error: unknown): string => {
  const stderr: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "stderr") : undefined
  const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined
  if (code === "ENOENT") return "there is no command `pulumi`"
  const [line = "it does not say why"] = (typeof stderr === "string" ? stderr : "")
    .split("\n")
    .filter((each) => each.trim() !== "")
  return line.replace(/^error: /, "").trim()
}

const askPulumi = (stack: string | undefined) =>
  Effect.tryPromise({
    try: (signal) =>
      promisify(execFile)(
        "pulumi",
        ["stack", "output", "--json", "--non-interactive", ...(stack === undefined ? [] : ["--stack", stack])],
        { signal, maxBuffer: 64 * 1024 * 1024 }
      ),
    catch: (error) =>
      new Refusal({
        message:
          stack === undefined
            ? `No instance of the embedded AWS runs in this checkout (\`npm start\` starts one), and Pulumi has no stack selected here (${firstLine(error)}): start one, select one, or say which with --stack or --outputs.`
            : `Pulumi has no outputs of the stack "${stack}": ${firstLine(error)}.`
      })
  }).pipe(
    Effect.flatMap(({ stdout }) => parsed(stdout, "pulumi stack output --json")),
    Effect.map((outputs) => ({
      name: stack === undefined ? "the selected stack" : `stack ${stack}`,
      outputs,
      instance: undefined
    }))
  )

const systemOf = (instance: Instance) => ({
  name: `the embedded AWS at ${instance.endpoint}`,
  outputs: instance.outputs,
  instance
})

const fromInstance = Effect.map(
  Effect.promise(() => runningInstances()),
  ([newest]) => (newest === undefined ? undefined : systemOf(newest))
)

const fromInstanceOn = (port: string) =>
  Effect.flatMap(
    Effect.promise(() => findInstance(port)),
    (found) =>
      typeof found === "string" ? Effect.fail(new Refusal({ message: found })) : Effect.succeed(systemOf(found))
  )

/** Finds the system that the flags name, or the one that is there. */
export const findSystem = Effect.fnUntraced(function* (flags: SystemFlags) {
  const file = yield* given("outputs", flags.outputs)
  const stack = yield* given("stack", flags.stack)
  const port = yield* given("instance", flags.instance)
  const prefix = yield* given("queue", flags.queue)
  const said = Object.entries({ outputs: file, stack, instance: port }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`]
  )
  if (said.length > 1) return yield* refuse(`${said.join(" and ")} are both given: one of them is allowed.`)
  const { name, outputs, instance } =
    file !== undefined
      ? yield* fromFile(file)
      : stack !== undefined
        ? yield* askPulumi(stack)
        : port !== undefined
          ? yield* fromInstanceOn(port)
          : ((yield* fromInstance) ?? (yield* askPulumi(undefined)))
  const found = systemOutputs(outputs, prefix)
  if (Result.isFailure(found)) return yield* refuse(found.failure)
  const system: System = { name, outputs: found.success, outputNames: Object.keys(outputs).sort(), instance }
  return system
})
