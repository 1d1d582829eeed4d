import { it } from "vitest"
import { expectHistories, historiesTimeout } from "./expectHistories.ts"

it("keeps every invariant in 5,000 random histories, the second half", { timeout: historiesTimeout }, () =>
  expectHistories(5001)
)
