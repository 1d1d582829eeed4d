import { describe, expect, it } from "vitest"
import type { PolicyStatement } from "../../../local/EmbeddedService.ts"
import { Buckets } from "../../../local/s3/Buckets.ts"
import { setPolicy } from "../../../local/s3/bucketOperations.ts"
import { isPublicPolicy } from "../../../local/s3/publicPolicy.ts"

const statement = (rest: Partial<PolicyStatement>): PolicyStatement => ({
  Effect: "Allow",
  Principal: "*",
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::archive/*",
  ...rest
})
const isPublic = (rest: Partial<PolicyStatement>): boolean => isPublicPolicy({ Statement: [statement(rest)] })

describe("a bucket's policy", () => {
  it.each([
    ["everybody", {}],
    ["everybody, in a list", { Principal: { AWS: ["arn:aws:iam::123456789012:root", "*"] } }],
    ["everybody but one", { NotPrincipal: { AWS: "arn:aws:iam::123456789012:root" } }],
    ["an account of any number", { Condition: { StringLike: { "aws:SourceAccount": "1*" } } }],
    ["every address", { Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } } }],
    ["everybody outside of a network", { Condition: { StringNotEquals: { "aws:SourceVpc": "vpc-1" } } }],
    ["whoever claims to come from somewhere", { Condition: { StringEquals: { "aws:Referer": "example.com" } } }]
  ])("is public when it allows %s", (_who, rest) => expect(isPublic(rest)).toBe(true))

  it.each([
    ["is a denial", { Effect: "Deny" as const }],
    ["allows a role", { Principal: { AWS: "arn:aws:iam::123456789012:role/healer" } }],
    ["allows an account", { Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } } }],
    ["allows a source", { Condition: { ArnEquals: { "AWS:SourceArn": "arn:aws:sns:eu-west-1:123456789012:t" } } }]
  ])("is not public when it %s", (_what, rest) => expect(isPublic(rest)).toBe(false))

  it("is refused when it is public and public policies are blocked, and the one before it stays", () => {
    const buckets = new Buckets(
      () => 0,
      () => undefined
    )
    const bucket = buckets.create("archive")
    bucket.settings.publicAccessBlock = { blockPublicPolicy: true }
    const closed = JSON.stringify({ Statement: [statement({ Effect: "Deny" })] })
    setPolicy(bucket, closed)
    expect(() => setPolicy(bucket, JSON.stringify({ Statement: [statement({})] }))).toThrow(/BlockPublicPolicy/)
    expect(bucket.policy?.text).toBe(closed)
  })
})
