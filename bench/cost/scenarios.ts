/** What goes wrong with one order in a hundred, by scenario. */
import {
  AuthFailure,
  type ClassifiedFailure,
  DependencyFailure,
  Timeout,
  ValidationError
} from "../../handlers/failure/errors.ts"
import type { Attempt } from "../system/ourFunctions.ts"

/** What goes wrong. */
export interface Scenario {
  readonly name: string
  /** What happens to an order that something is wrong with, at a receive. */
  readonly attempt: (receiveCount: number, healAttempts: number) => Attempt
}

const dependency = "payment-gateway"

const stores = (): Attempt => "stores"

const until =
  (failure: ClassifiedFailure, isOver: (receiveCount: number, healAttempts: number) => boolean) =>
  (receiveCount: number, healAttempts: number): Attempt =>
    isOver(receiveCount, healAttempts) ? "stores" : failure

/** The happy path. */
export const happyPath: Scenario = { name: "happy path", attempt: stores }

/** All of them. */
export const scenarios: ReadonlyArray<Scenario> = [
  happyPath,
  {
    name: "1 % transient, gone at the next receive",
    attempt: until(new DependencyFailure({ reason: "503", dependency }), (receives) => receives > 1)
  },
  {
    name: "1 % transient, gone after the receives",
    attempt: until(new Timeout({ reason: "no answer in time", dependency }), (_, heals) => heals > 0)
  },
  {
    name: "1 % validation failures",
    attempt: until(new ValidationError({ reason: "unknown item", field: "itemName" }), () => false)
  },
  {
    name: "1 % auth failures",
    attempt: until(new AuthFailure({ reason: "401", dependency }), () => false)
  },
  { name: "1 % crashes", attempt: () => "crashes" }
]

/** The name of an item that something is wrong with. */
export const troubled = "Troubled"

/** Orders of a scenario: in the middle of each hundred, one has trouble; none on the happy path. */
export const ordersOf = (scenario: Scenario, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    orderId: `O-${String(index).padStart(8, "0")}`,
    userId: "U123",
    itemName: scenario !== happyPath && index % 100 === 50 ? troubled : "Laptop",
    quantity: 1
  }))
