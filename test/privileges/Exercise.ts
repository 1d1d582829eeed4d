/** An exercise: something that the system has to be able to do, and what shows that it did. */
import type { Subject } from "./startSubject.ts"

/** One exercise. What it answers is put together from what the system shows, never from what it was allowed. */
export interface Exercise {
  readonly name: string
  readonly expected: string
  /** Whether it tries what must be refused. @default false */
  readonly forbids?: boolean
  readonly run: (subject: Subject) => Promise<string>
}

/** What a run of an exercise showed; a failure on the way is an answer like any other. */
export const outcomeOf = (exercise: Exercise, subject: Subject): Promise<string> =>
  exercise.run(subject).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
