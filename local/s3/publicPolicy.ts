/**
 * Whether a bucket's policy is public in S3's sense: it allows something to everybody, and no condition fixes who that is.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
import type { PolicyDocument, PolicyStatement } from "../EmbeddedService.ts"

/** Keys that narrow a statement down, when they are compared with a value without a wildcard. */
const narrowing: ReadonlySet<string> = new Set([
  ...["aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:userid", "aws:sourcearn"],
  ...["aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceip", "aws:sourcevpc", "aws:sourcevpce"],
  ...["s3:dataaccesspointarn", "s3:dataaccesspointaccount"]
])

const asserting = /^(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|IpAddress)$/

const valuesOf = (value: string | ReadonlyArray<string>): ReadonlyArray<string> =>
  typeof value === "string" ? [value] : value

const isEverybody = ({ Principal, NotPrincipal }: PolicyStatement): boolean =>
  NotPrincipal !== undefined ||
  Principal === "*" ||
  (Principal !== undefined && valuesOf(Principal["AWS"] ?? []).includes("*"))

const isNarrowed = ({ Condition }: PolicyStatement): boolean =>
  Object.entries(Condition ?? {}).some(
    ([operator, keys]) =>
      asserting.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) =>
          narrowing.has(key.toLowerCase()) &&
          valuesOf(values).every((value) => !/[*?]|\$\{|^0\.0\.0\.0\/0$|^::\/0$/.test(value))
      )
  )

/** Whether a policy is public. */
export const isPublicPolicy = ({ Statement }: PolicyDocument): boolean =>
  ("Effect" in Statement ? [Statement] : Statement).some(
    (each) => each.Effect === "Allow" && isEverybody(each) && !isNarrowed(each)
  )
