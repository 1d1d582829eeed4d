import { expect, it } from "vitest"
import { accountIn } from "../../components/resourceStatements.ts"

it("the account of a resource is in its ARN", () => {
  expect(accountIn("arn:aws:sqs:eu-west-1:123456789012:invoices")).toBe("123456789012")
})

it("a resource without an ARN is a mock's mistake, and the sentence says how to mend it", () => {
  expect(() => accountIn(undefined)).toThrow(
    /^A resource has no arn, .*setMocks, newResource has to answer one: state: /
  )
})
