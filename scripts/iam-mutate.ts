/** `npm run iam:mutate`: takes every action away from every role, one by one, and prints what was noticed. Exits with 1 unless all was. */
import { allExercises } from "../test/privileges/allExercises.ts"
import { type Mutation, mutateAll, runBaseline } from "../test/privileges/mutate.ts"
import { startSubject } from "../test/privileges/startSubject.ts"

const seconds = (): string => (performance.now() / 1000).toFixed(0).padStart(4)

const subject = await startSubject()
const baseline = await runBaseline(subject, allExercises(subject))
for (const { exercise, expected, outcome } of baseline.failures)
  console.log(`NOT AS EXPECTED  ${exercise}\n  expected: ${expected}\n  was:      ${outcome}`)
for (const refusal of baseline.refusals) console.log(`MISSING          ${refusal}`)

const line = ({ grant: { role, action, resource }, noticedBy, asked }: Mutation): string =>
  [
    `${seconds()} s`,
    noticedBy === undefined ? "UNNOTICED" : "noticed  ",
    `${role}: ${action} on ${resource}`,
    ...(noticedBy === undefined
      ? [asked === 0 ? "no exercise asks for it" : `${asked} exercises ask for it, and do without`]
      : [`${noticedBy.exercise}: ${noticedBy.outcome.split("\n")[0]?.slice(0, 160)}`])
  ].join("  ")

const mutations = await mutateAll(subject, baseline, (mutation) => console.log(line(mutation)))
const noticed = mutations.filter(({ noticedBy }) => noticedBy !== undefined).length
const statements = new Set(mutations.map(({ grant: { role, action } }) => `${role} ${action}`)).size
console.log(
  `\n${mutations.length} removals (an action on a resource; ${statements} actions of ${new Set(mutations.map(({ grant }) => grant.role)).size} roles), ` +
    `${noticed} noticed; ${baseline.refusals.length} missing; ${(performance.now() / 1000).toFixed(0)} s.`
)
await subject.close()
process.exit(noticed === mutations.length && baseline.failures.length === 0 && baseline.refusals.length === 0 ? 0 : 1)
