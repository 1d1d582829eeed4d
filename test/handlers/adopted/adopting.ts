/** A healer of an adopted queue in its world, and Lambda's events for it. */
import { Effect, Layer } from "effect"
import { AdoptedConfig, adoptedSettings } from "../../../handlers/adopted/AdoptedConfig.ts"
import { makeHealAdopted } from "../../../handlers/adopted/healAdopted.ts"
import { redriveLayer } from "../../../handlers/adopted/redrive.ts"
import { LambdaInvoke } from "../../../handlers/aws/LambdaInvoke.ts"
import { HealerConfig } from "../../../handlers/healer/HealerConfig.ts"
import type { deadLetter } from "../healer/deadLetters.ts"
import { settings, type World } from "../healer/world.ts"

/** When the messages were sent. */
export const start = Date.UTC(2026, 0, 1)
const functionArn = "arn:aws:lambda:eu-west-1:1:function:f"
const quietSeconds = 3600

/** A message attribute of type String. */
export const string = (stringValue: string) => ({ dataType: "String", stringValue })

/** A healer of an adopted queue, of messages or of a function, in its world. */
export const adopt = (
  world: World,
  target: "queue" | "function",
  breaking: (invocation: { readonly number: number }) => "killed after" | undefined = () => undefined
) => {
  const invocations: Array<string> = []
  const lambda = Layer.succeed(LambdaInvoke, {
    invokeAsync: (_, payload) =>
      Effect.suspend(() => {
        const number = invocations.push(payload)
        return breaking({ number }) === undefined ? Effect.succeed(`request-${number}`) : Effect.never
      })
  })
  const adopted = { functionArn: target === "function" ? functionArn : undefined, quietSeconds }
  const layer = redriveLayer(settings.mainQueueUrl).pipe(
    Layer.provide(lambda),
    Layer.provideMerge(Layer.succeed(AdoptedConfig, adopted)),
    Layer.provideMerge(Layer.succeed(HealerConfig, adoptedSettings(settings, adopted))),
    Layer.provideMerge(world.layer)
  )
  const healAdopted = makeHealAdopted()
  let requests = 0
  const heal = (event: unknown) => healAdopted(event, `healer-${++requests}`).pipe(Effect.provide(layer))
  return { invocations, heal, settle: heal({ source: "aws.events" }) }
}

/** The event, as Lambda hands it over. */
export const batch = (...letters: ReadonlyArray<ReturnType<typeof deadLetter>>) => ({
  Records: letters.map(({ attributes, ...letter }) => ({
    ...letter,
    attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]))
  }))
})
