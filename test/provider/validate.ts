/** Holds a resource against the provider's types, the service's limits, and the name that it would get. */
import type { Deployed, Registered } from "../components/deployed.ts"
import { autoNames, physicalName } from "./account.ts"
import { everyArn } from "./arnGrammar.ts"
import { checkShape } from "./checkShape.ts"
import type { Inputs } from "./checks.ts"
import { argumentsShape } from "./providerSchema.ts"
import { serviceLimits } from "./serviceLimits.ts"

/** How Pulumi marks a secret among inputs. */
const secretMark = "4dabf18193072939515e22adb298388d"

/** Inputs as the provider gets them: secrets are what they hide. */
const revealed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(revealed)
  if (typeof value !== "object" || value === null || "__pulumiArchive" in value || "__pulumiAsset" in value)
    return value
  if (secretMark in value && "value" in value) return revealed(value.value)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, revealed(each)]))
}

/** What is wrong with a resource of the AWS provider, a sentence each; empty when nothing is. */
export const problemsOf = (resource: Registered): ReadonlyArray<string> => {
  const { type, name } = resource
  const given = revealed(resource.inputs)
  const inputs: Inputs = Object.fromEntries(Object.entries(given ?? {}))
  const limits = serviceLimits[type]
  const auto = autoNames[type]
  const physical = physicalName({ ...resource, inputs })
  const named = auto === undefined || physical === undefined ? inputs : { ...inputs, [auto.property]: physical }
  return [
    ...checkShape(inputs, argumentsShape(type)),
    ...(limits === undefined ? ["nobody has said what its service asks of this type"] : limits(named)),
    ...everyArn(inputs),
    ...(physical !== undefined && auto !== undefined && physical.length > auto.maxLength
      ? [`${auto.property}: ${physical} has ${physical.length} characters, and ${auto.maxLength} is the most`]
      : [])
  ].map((problem) => `${type} ${name}: ${problem}`)
}

/** What is wrong with the resources of a program. */
export const problemsIn = (
  resources: ReadonlyArray<Deployed>,
  place: { readonly project: string; readonly stack: string }
): ReadonlyArray<string> =>
  resources
    .filter(({ type }) => type.startsWith("aws:"))
    .flatMap(({ type, name, inputs }) => problemsOf({ ...place, type, name, inputs }))
