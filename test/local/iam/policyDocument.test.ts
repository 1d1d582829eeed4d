import { describe, expect, it } from "vitest"
import { MalformedPolicyDocument, parsePolicyDocument } from "../../../local/iam/policyDocument.ts"

const statement = { Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }

describe("a policy document", () => {
  it("is read from JSON text and from an object alike; one statement is a list of one", () => {
    const expected = { Version: "2012-10-17", Statement: [statement] }
    expect(parsePolicyDocument(JSON.stringify({ Version: "2012-10-17", Statement: statement }))).toEqual(expected)
    expect(parsePolicyDocument(expected)).toEqual(expected)
  })

  it("may have truth values and numbers in conditions, which are compared as text", () => {
    const Condition = { Bool: { "aws:SecureTransport": false }, NumericLessThan: { "s3:max-keys": [10] } }
    expect(parsePolicyDocument({ Statement: { ...statement, Condition } }).Statement).toEqual([
      {
        ...statement,
        Condition: { Bool: { "aws:SecureTransport": "false" }, NumericLessThan: { "s3:max-keys": ["10"] } }
      }
    ])
  })

  it.each([
    ["no JSON", "{", "The policy is not valid JSON."],
    ["no object", "[]", "The policy must be a JSON object."],
    [
      "a strange version",
      { Version: "2020-01-01", Statement: [] },
      'Version must be 2012-10-17 or 2008-10-17, not "2020-01-01".'
    ],
    ["no statement", { Version: "2012-10-17" }, "The policy has no Statement."],
    ["a statement that is no object", { Statement: ["Allow"] }, "Statement[0] must be an object."],
    [
      "an unknown element",
      { Statement: { ...statement, Actions: "x" } },
      "Statement[0] has the unknown element Actions."
    ],
    [
      "an unknown effect",
      { Statement: { ...statement, Effect: "allow" } },
      "Statement[0].Effect must be Allow or Deny."
    ],
    [
      "no action",
      { Statement: { Effect: "Allow", Resource: "*" } },
      "Statement[0] must have either Action or NotAction."
    ],
    [
      "two kinds of resource",
      { Statement: { ...statement, NotResource: "*" } },
      "Statement[0] has both Resource and NotResource."
    ],
    [
      "an action that is no text",
      { Statement: { ...statement, Action: [{}] } },
      "Statement[0].Action must be a string or a list of strings."
    ],
    [
      "a principal that is a bare ARN",
      { Statement: { ...statement, Principal: "arn:aws:iam::1:root" } },
      'Statement[0].Principal must be "*" or an object'
    ],
    [
      "an unknown operator",
      { Statement: { ...statement, Condition: { StringEqual: { a: "b" } } } },
      "Statement[0].Condition has the unknown operator StringEqual."
    ]
  ])("is refused with %s", (_, source, message) => {
    expect(() => parsePolicyDocument(source)).toThrow(MalformedPolicyDocument)
    expect(() => parsePolicyDocument(source)).toThrow(message)
  })
})
