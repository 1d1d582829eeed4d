/** Creates a resource as the Pulumi engine would. */
import type { CreatedResource, ResourceProviders } from "../../local/pulumi/ResourceProvider.ts"

/** Creates one resource; `name` is its logical name. */
export const createResource = async (
  providers: ResourceProviders,
  type: string,
  inputs: Readonly<Record<string, unknown>>,
  name = "resource"
): Promise<CreatedResource> => {
  const create = providers[type]
  if (!create) throw new Error(`There is no provider of ${type}`)
  return create({ urn: `urn:pulumi:test::test::${type}::${name}`, name, type, inputs })
}
