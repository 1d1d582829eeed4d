/** A process that replays, with one of its calls to AWS broken: a killed one makes no call any more, nor cleans up. */
import { Deferred, Effect, Fiber, Layer } from "effect"
import type { AwsError } from "../../../handlers/aws/AwsError.ts"
import { DynamoDb } from "../../../handlers/aws/DynamoDb.ts"
import { S3 } from "../../../handlers/aws/S3.ts"
import { Sqs } from "../../../handlers/aws/Sqs.ts"
import { DependencyFailure } from "../../../handlers/failure/errors.ts"
import { HealerLedger } from "../../../handlers/ledger/HealerLedger.ts"
import type { Breakage, World } from "../healer/world.ts"

const lost = new DependencyFailure({ reason: "socket hang up", dependency: "aws" })

/** Which call breaks: counted from 1, or by name. */
export interface Break {
  readonly call: number | string
  readonly how: Breakage
}

/** A process in this world. */
export const makeMortalProcess = (world: World, broken?: Break) => {
  const death = Deferred.makeUnsafe<void>()
  const calls: Array<string> = []
  let dead = false
  let spent = false

  const die = Effect.suspend(() => {
    dead = true
    return Effect.andThen(Deferred.succeed(death, undefined), Effect.never)
  })
  const call = <A, E>(name: string, effect: Effect.Effect<A, E>): Effect.Effect<A, E | AwsError> =>
    Effect.suspend(() => {
      if (dead) return Effect.never
      const number = calls.push(name)
      const breaks = !spent && (broken?.call === number || broken?.call === name)
      if (breaks) spent = true
      const how = breaks ? broken?.how : undefined
      if (how === "killed before") return die
      if (how === "fails before") return Effect.fail(lost)
      return Effect.flatMap(effect, (answer): Effect.Effect<A, AwsError> => {
        if (how === "killed after") return die
        if (dead) return Effect.never
        return how === "answer lost" ? Effect.fail(lost) : Effect.succeed(answer)
      })
    })

  const aws = Layer.mergeAll(
    Layer.effect(
      Sqs,
      Effect.map(Sqs, (sqs) => ({ ...sqs, send: (...request) => call("sqs send", sqs.send(...request)) }))
    ),
    Layer.effect(
      S3,
      Effect.map(S3, (s3) => ({
        get: (...request) => call("s3 get", s3.get(...request)),
        put: (...request) => call("s3 put", s3.put(...request))
      }))
    ),
    Layer.effect(
      DynamoDb,
      Effect.map(DynamoDb, (dynamoDb) => ({
        get: (...request) => call("dynamodb get", dynamoDb.get(...request)),
        getMany: (...request) => call("dynamodb getMany", dynamoDb.getMany(...request)),
        put: (request) => call("dynamodb put", dynamoDb.put(request)),
        update: (request) => call("dynamodb update", dynamoDb.update(request)),
        query: (request) => call("dynamodb query", dynamoDb.query(request))
      }))
    )
  )
  // Fresh: the world has one of its own, whose calls do not break.
  const layer = Layer.fresh(HealerLedger.layer).pipe(Layer.provideMerge(aws), Layer.provideMerge(world.layer))

  return {
    calls,
    /** Runs a program in this process; `undefined` when it was killed. */
    run: <A, E>(program: Effect.Effect<A, E, HealerLedger | DynamoDb | S3 | Sqs>) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkDetach(Effect.provide(program, layer))
        return yield* Effect.raceFirst(Fiber.join(fiber), Effect.as(Deferred.await(death), undefined))
      })
  }
}
