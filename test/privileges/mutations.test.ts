import { expect, it } from "vitest"
import { allExercises } from "./allExercises.ts"
import { mutateAll, runBaseline } from "./mutate.ts"
import { startSubject } from "./startSubject.ts"

it("no action can be taken away from any role without something failing that shows", async () => {
  const subject = await startSubject()
  try {
    const baseline = await runBaseline(subject, allExercises(subject))
    expect(baseline.failures).toEqual([])
    const mutations = await mutateAll(subject, baseline)
    const unnoticed = mutations.filter(({ noticedBy }) => noticedBy === undefined)
    expect(unnoticed.map(({ grant: { role, action, resource } }) => `${role} ${action} ${resource}`)).toEqual([])
    expect(mutations.length).toBeGreaterThan(200)
  } finally {
    await subject.close()
  }
})
