/** Every exercise of the program that has every role. */
import type { Exercise } from "./Exercise.ts"
import { commands } from "./exercises/commands.ts"
import { dashboards } from "./exercises/dashboard.ts"
import { functions } from "./exercises/functions.ts"
import { healing } from "./exercises/healing.ts"
import { invoices } from "./exercises/invoices.ts"
import { notifying } from "./exercises/notifying.ts"
import { orders } from "./exercises/orders.ts"
import { people } from "./exercises/people.ts"
import type { Subject } from "./startSubject.ts"

/** Every exercise of a system. */
export const allExercises = (subject: Subject): ReadonlyArray<Exercise> => [
  ...orders,
  ...invoices,
  ...healing,
  ...notifying,
  ...people,
  ...dashboards,
  ...commands,
  ...functions(subject)
]
