/** Runs rules of the policy pack as Pulumi does, on resources as they are here. */
import type { PolicyResource, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy"
import { policies } from "../../policy/policies.ts"
import type { Deployed } from "../components/deployed.ts"

/** A resource to be judged. */
export interface Judged {
  readonly type: string
  readonly name: string
  /** @default made from the type and the name */
  readonly urn?: string
  readonly inputs: Readonly<Record<string, unknown>>
  /** @default the inputs */
  readonly state?: Readonly<Record<string, unknown>>
  /** @default false */
  readonly protect?: boolean
  /** URNs of the resources that a property comes from, as the engine tells them. @default none */
  readonly sources?: Readonly<Record<string, readonly string[]>>
}

/** What was found. */
export interface Finding {
  readonly rule: string
  readonly message: string
}

type Config = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const urnOf = ({ urn, type, name }: Judged): string => urn ?? `urn:pulumi:stack::project::${type}::${name}`

const optionsOf = ({ protect = false }: Judged) => ({
  protect,
  ignoreChanges: [],
  aliases: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
  additionalSecretOutputs: []
})

const notApplicable = (): never => {
  throw new Error("no rule of ours says that it is not applicable")
}

const common = (judged: Judged) => ({
  type: judged.type,
  name: judged.name,
  urn: urnOf(judged),
  opts: optionsOf(judged),
  isType: () => false,
  asType: () => undefined
})

/** A config as the engine hands it over; the rules fill in defaults that nobody gave. */
const configOf = (config: Config, rule: string): ResourceValidationArgs["getConfig"] => {
  const values: unknown = config[rule] ?? {}
  const isWanted = <T extends object>(value: unknown): value is T => typeof value === "object"
  return <T extends object>(): T => {
    if (isWanted<T>(values)) return values
    throw new Error("a configuration is an object")
  }
}

const policyResources = (stack: readonly Judged[]): PolicyResource[] => {
  const resources = stack.map(
    (judged): PolicyResource => ({
      ...common(judged),
      props: { ...(judged.state ?? judged.inputs) },
      dependencies: [],
      propertyDependencies: {}
    })
  )
  stack.forEach((judged, index) => {
    const resource = resources[index]
    if (resource === undefined) return
    resource.propertyDependencies = Object.fromEntries(
      Object.entries(judged.sources ?? {}).map(([property, urns]) => [
        property,
        resources.filter(({ urn }) => urns.includes(urn))
      ])
    )
  })
  return resources
}

const validationsOf = ({ validateResource = [] }: ResourceValidationPolicy) =>
  Array.isArray(validateResource) ? validateResource : [validateResource]

/** What the rules find in a stack: all of them, whatever their level, or those that are asked for. */
export const judge = async (
  stack: readonly (Judged | Deployed)[],
  options: { readonly only?: string; readonly config?: Config } = {}
): Promise<readonly Finding[]> => {
  const { only, config = {} } = options
  const findings: Finding[] = []
  const stackTags = new Map<string, string>()
  for (const policy of policies.filter(({ name }) => only === undefined || name === only)) {
    const report = (message: string) => void findings.push({ rule: policy.name, message })
    const getConfig = configOf(config, policy.name)
    if ("validateStack" in policy) {
      await policy.validateStack({ resources: policyResources(stack), stackTags, getConfig, notApplicable }, report)
      continue
    }
    for (const judged of stack) {
      const args = { ...common(judged), props: { ...judged.inputs }, stackTags, getConfig, notApplicable }
      for (const validate of validationsOf(policy)) await validate(args, report)
    }
  }
  return findings
}

/** The names of the rules that are on unless a user turns them off, and of those that are only a warning or off. */
export const rulesAt = (level: "mandatory" | "advisory" | "disabled"): readonly string[] =>
  policies.filter(({ enforcementLevel = "mandatory" }) => enforcementLevel === level).map(({ name }) => name)
