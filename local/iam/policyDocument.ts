/** Reading policy documents, with AWS's own refusal of those that are not. */
import type { PolicyDocument, PolicyStatement } from "../EmbeddedService.ts"
import { isConditionOperator } from "./condition.ts"

/** A policy document that AWS would refuse as `MalformedPolicyDocument`; the message says where. */
export class MalformedPolicyDocument extends Error {
  override readonly name = "MalformedPolicyDocument"
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const refuse = (sentence: string): never => {
  throw new MalformedPolicyDocument(sentence)
}

const strings = (value: unknown, where: string): string | ReadonlyArray<string> => {
  const scalar = (each: unknown): string =>
    typeof each === "string" || typeof each === "boolean" || typeof each === "number"
      ? String(each)
      : refuse(`${where} must be a string or a list of strings.`)
  return Array.isArray(value) ? value.map(scalar) : scalar(value)
}

const principal = (value: unknown, where: string): NonNullable<PolicyStatement["Principal"]> => {
  if (value === "*") return "*"
  if (!isRecord(value)) return refuse(`${where} must be "*" or an object such as {"Service": "sns.amazonaws.com"}.`)
  return Object.fromEntries(Object.entries(value).map(([kind, names]) => [kind, strings(names, `${where}.${kind}`)]))
}

const condition = (value: unknown, where: string): NonNullable<PolicyStatement["Condition"]> => {
  if (!isRecord(value)) return refuse(`${where} must be an object.`)
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => {
      if (!isConditionOperator(operator)) refuse(`${where} has the unknown operator ${operator}.`)
      if (!isRecord(keys)) return refuse(`${where}.${operator} must be an object.`)
      const entries = Object.entries(keys).map(([key, expected]) => [
        key,
        strings(expected, `${where}.${operator}.${key}`)
      ])
      return [operator, Object.fromEntries(entries)]
    })
  )
}

/** What a statement may consist of. */
export const statementElements = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition"
]

const statement = (value: unknown, where: string): PolicyStatement => {
  if (!isRecord(value)) return refuse(`${where} must be an object.`)
  const unknown = Object.keys(value).find((key) => !statementElements.includes(key))
  if (unknown !== undefined) refuse(`${where} has the unknown element ${unknown}.`)
  const { Effect } = value
  if (Effect !== "Allow" && Effect !== "Deny") return refuse(`${where}.Effect must be Allow or Deny.`)
  if ("Action" in value === "NotAction" in value) refuse(`${where} must have either Action or NotAction.`)
  if ("Resource" in value && "NotResource" in value) refuse(`${where} has both Resource and NotResource.`)
  if ("Principal" in value && "NotPrincipal" in value) refuse(`${where} has both Principal and NotPrincipal.`)
  return {
    ...("Sid" in value ? { Sid: String(value["Sid"]) } : {}),
    Effect,
    ...("Principal" in value ? { Principal: principal(value["Principal"], `${where}.Principal`) } : {}),
    ...("NotPrincipal" in value ? { NotPrincipal: principal(value["NotPrincipal"], `${where}.NotPrincipal`) } : {}),
    ...("Action" in value ? { Action: strings(value["Action"], `${where}.Action`) } : {}),
    ...("NotAction" in value ? { NotAction: strings(value["NotAction"], `${where}.NotAction`) } : {}),
    ...("Resource" in value ? { Resource: strings(value["Resource"], `${where}.Resource`) } : {}),
    ...("NotResource" in value ? { NotResource: strings(value["NotResource"], `${where}.NotResource`) } : {}),
    ...("Condition" in value ? { Condition: condition(value["Condition"], `${where}.Condition`) } : {})
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return refuse("The policy is not valid JSON.")
  }
}

/**
 * Reads a policy document, given as JSON text or as an object.
 *
 * @throws {MalformedPolicyDocument} with one sentence that names the element at fault.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export const parsePolicyDocument = (source: unknown): PolicyDocument => {
  const value = typeof source === "string" ? parseJson(source) : source
  if (!isRecord(value)) return refuse("The policy must be a JSON object.")
  const { Version, Statement } = value
  if (Version !== undefined && Version !== "2012-10-17" && Version !== "2008-10-17")
    return refuse(`Version must be 2012-10-17 or 2008-10-17, not ${JSON.stringify(Version)}.`)
  if (Statement === undefined) return refuse("The policy has no Statement.")
  const list: ReadonlyArray<unknown> = Array.isArray(Statement) ? Statement : [Statement]
  return {
    ...(Version === undefined ? {} : { Version }),
    Statement: list.map((each, index) => statement(each, `Statement[${index}]`))
  }
}
