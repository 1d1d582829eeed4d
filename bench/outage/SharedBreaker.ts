/** The real breaker, shared through an item in DynamoDB as `Breakers` does it; each access is billed. */
import { type Breaker, initialBreaker, isSame, observe } from "../../handlers/recovery/breaker.ts"
import { type Admission, admitAll } from "../../handlers/recovery/breakerAdmission.ts"
import { breakerCacheSeconds } from "./scenario.ts"
import type { World } from "./World.ts"

/** What a function environment has read last. */
interface Cached {
  readonly breaker: Breaker
  readonly readAt: number
}

/** The breaker of the one dependency. */
export class SharedBreaker {
  readonly #world: World
  readonly #environments: Array<Cached | undefined> = []
  #breaker: Breaker
  #writesAt = -1
  #writesNow = 0
  /** When the breaker closed last, in milliseconds. */
  closedAt = 0
  opened = 0

  constructor(world: World) {
    this.#world = world
    this.#breaker = initialBreaker(world.now)
  }

  /** The breaker as it is stored. */
  get state(): Breaker {
    return this.#breaker
  }

  /** What a function environment believes. */
  read(environment: number): Breaker {
    const cached = this.#fresh(environment)
    if (cached !== undefined) return cached
    this.#world.bill.dynamoDbReads++
    this.#environments[environment] = { breaker: this.#breaker, readAt: this.#world.now }
    return this.#breaker
  }

  #write(breaker: Breaker): void {
    if (this.#writesAt !== this.#world.tick) {
      this.#writesAt = this.#world.tick
      this.#writesNow = 0
    }
    // A read and its conditional write take some 10 ms: a tenth of the others within this step get in between.
    for (let other = 0; other < this.#writesNow; other++)
      if (this.#world.random() < 0.1) this.#world.bill.breakerChange()
    this.#writesNow++
    this.#world.bill.breakerChange()
    if (breaker.state === "closed" && this.#breaker.state !== "closed") this.closedAt = this.#world.now
    if (breaker.state === "open" && this.#breaker.state === "closed") this.opened++
    this.#breaker = breaker
  }

  /** Tells what became of attempts; the environment knows the answer. */
  observe(environment: number, successes: number, failures: number): Breaker {
    this.#write(observe(this.#world.scenario.breaker, this.#breaker, { successes, failures }, this.#world.now))
    this.#environments[environment] = { breaker: this.#breaker, readAt: this.#world.now }
    return this.#breaker
  }

  /** Asks for a batch. Where all are told to wait as before, what was read seconds ago will do. */
  admit(environment: number, again: ReadonlyArray<boolean>): ReadonlyArray<Admission> {
    const applicants = again.map((each) => ({ again: each, jitter: this.#world.random() }))
    const { breaker: policy } = this.#world.scenario
    const cached = this.#fresh(environment)
    const refused = cached === undefined ? undefined : admitAll(policy, cached, applicants, this.#world.now)
    if (cached !== undefined && refused !== undefined && isSame(refused.breaker, cached)) return refused.answer
    const { breaker, answer } = admitAll(policy, this.#breaker, applicants, this.#world.now)
    if (isSame(breaker, this.#breaker)) this.#world.bill.dynamoDbReads++
    else this.#write(breaker)
    this.#environments[environment] = { breaker, readAt: this.#world.now }
    return answer
  }

  #fresh(environment: number): Breaker | undefined {
    const cached = this.#environments[environment]
    return cached !== undefined && this.#world.now - cached.readAt < breakerCacheSeconds * 1000
      ? cached.breaker
      : undefined
  }
}
