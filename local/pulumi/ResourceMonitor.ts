/**
 * The engine's side of the Pulumi SDK's conversation with its resource monitor, inside the process: the methods have the
 * names of the gRPC service, so that `runtime.setMockOptions` can plug the object in.
 * https://github.com/pulumi/pulumi/blob/master/proto/pulumi/resource.proto
 */
import type {
  ReadResourceRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceInvokeRequest,
  SupportsFeatureRequest
} from "@pulumi/pulumi/proto/resource_pb.js"
import type { Invoke } from "./invokes.ts"
import { noNetworks } from "./networks.ts"
import { isProperties, plainProperties, wireState } from "./propertyValues.ts"
import type { ResourceProviders } from "./ResourceProvider.ts"

/** A resource of the stack. */
export interface RegisteredResource {
  readonly urn: string
  readonly type: string
  /** Logical name. */
  readonly name: string
  /** The provider's id; empty for a component. */
  readonly id: string
  /** URN of the parent; `undefined` for the stack itself. */
  readonly parent: string | undefined
  /** Resolved inputs: secrets unwrapped, assets read. */
  readonly inputs: Readonly<Record<string, unknown>>
  /** Output properties; those of a component once it has registered them. */
  readonly state: Readonly<Record<string, unknown>>
}

/** What the monitor works with. */
export interface ResourceMonitorOptions {
  readonly project: string
  readonly stack: string
  /** The program's own directory, for relative paths of assets. */
  readonly directory: string
  readonly providers: ResourceProviders
  readonly invokes: Readonly<Record<string, Invoke>>
  /** Told of each resource once it exists. */
  readonly onResource: (resource: RegisteredResource) => void
  /** Told of each refusal; the first one is what the evaluation failed with. */
  readonly onError: (error: Error) => void
}

type Callback = (error: { readonly code: number; readonly message: string } | null, response?: unknown) => void

/**
 * gRPC's status CANCELLED. To the SDK it means that the engine is shutting down and has told the user why, so it stays
 * silent; any other error would be raised once more, as an unhandled rejection, by everything that depends on the
 * resource.
 */
const cancelled = 1

/** RESOURCE_MONITOR_FEATURE_SECRETS, _RESOURCE_REFERENCES, _ALIAS_SPECS, _DELETED_WITH, _REPLACE_WITH. */
const supportedFeatures = [0, 1, 3, 5, 6]

const stackType = "pulumi:pulumi:Stack"

/** The URN of a resource: the types of its parents, except the stack's, come before its own. */
const urnOf = (project: string, stack: string, type: string, name: string, parent: string): string => {
  const parentType = parent.split("::")[2] ?? ""
  const qualified = parentType === "" || parentType === stackType ? type : `${parentType}$${type}`
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`
}

const properties = (struct: { toJavaScript: () => unknown } | undefined): Readonly<Record<string, unknown>> => {
  const value = struct?.toJavaScript()
  return isProperties(value) ? value : {}
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A monitor, and what it has registered so far. */
export interface ResourceMonitor {
  /** To be plugged into the SDK. */
  readonly service: object
  readonly resources: () => ReadonlyArray<RegisteredResource>
  /** Resolves once no resource is being created. */
  readonly settled: () => Promise<void>
}

/** Makes a monitor for one evaluation of a program. */
export const createResourceMonitor = (options: ResourceMonitorOptions): ResourceMonitor => {
  const { project, stack, directory, providers, invokes, onResource, onError } = options
  const resources = new Map<string, RegisteredResource>()
  const reserved = new Set<string>()
  const creating = new Set<Promise<void>>()
  let failed = false

  const refuse = (sentence: string, callback: Callback): void => {
    failed = true
    onError(new Error(sentence))
    callback({ code: cancelled, message: sentence })
  }

  const create = async (request: RegisterResourceRequest, urn: string, callback: Callback): Promise<void> => {
    const type = request.getType()
    const name = request.getName()
    const wireInputs = properties(request.getObject())
    const inputs = plainProperties(wireInputs, directory)
    let id = ""
    let state: Readonly<Record<string, unknown>> = request.getCustom() ? inputs : {}
    if (type.startsWith("pulumi:providers:")) id = name
    else if (request.getCustom()) {
      const provider = providers[type]
      if (provider === undefined) throw new Error("the embedded AWS does not know this type of resource.")
      const created = await provider({ urn, name, type, inputs })
      id = created.id
      state = created.state
    }
    const resource = { urn, type, name, id, parent: request.getParent() || undefined, inputs, state }
    resources.set(urn, resource)
    onResource(resource)
    const answered = wireState(state, inputs, wireInputs)
    callback(null, {
      getUrn: () => urn,
      getId: () => id,
      getObject: () => ({ toJavaScript: () => answered }),
      getPropertydependenciesMap: () => undefined,
      getResult: () => 0,
      getUnknown: () => false
    })
  }

  /** Why a resource cannot be registered at all; `undefined` when it can. */
  const objection = (request: RegisterResourceRequest, urn: string): string | undefined => {
    if (request.getType() === "awsx:ec2:Vpc") return noNetworks
    if (request.getRemote()) return "components in other languages are not supported."
    if (request.getImportid() !== "") return "the option import is not supported."
    return reserved.has(urn) ? `duplicate resource URN '${urn}'; try giving it a unique name.` : undefined
  }

  const registerResource = (request: RegisterResourceRequest, callback: Callback): void => {
    if (failed) {
      callback({ code: cancelled, message: "An earlier resource has failed." })
      return
    }
    const urn = urnOf(project, stack, request.getType(), request.getName(), request.getParent())
    const where = `${request.getType()} "${request.getName()}"`
    const objected = objection(request, urn)
    if (objected !== undefined) {
      refuse(`${where}: ${objected}`, callback)
      return
    }
    // Reserved before the first wait: two resources of one name are usually registered at once.
    reserved.add(urn)
    const work = create(request, urn, callback)
      .catch((error: unknown) => {
        const message = messageOf(error)
        refuse(message.startsWith(where) ? message : `${where}: ${message}`, callback)
      })
      .finally(() => creating.delete(work))
    creating.add(work)
  }

  const registerResourceOutputs = (request: RegisterResourceOutputsRequest, callback: Callback): void => {
    const resource = resources.get(request.getUrn())
    if (resource !== undefined) {
      const state = plainProperties(properties(request.getOutputs()), directory)
      resources.set(resource.urn, { ...resource, state })
    }
    callback(null, {})
  }

  const invoke = (request: ResourceInvokeRequest, callback: Callback): void => {
    const token = request.getTok()
    const answer = invokes[token]
    if (answer === undefined) {
      refuse(`${token}: the embedded AWS does not know this function.`, callback)
      return
    }
    const result = answer(plainProperties(properties(request.getArgs()), directory))
    callback(null, {
      getReturn: () => ({ toJavaScript: () => result }),
      getFailuresList: () => [],
      getUnknown: () => false
    })
  }

  return {
    service: {
      registerResource,
      registerResourceOutputs,
      invoke,
      readResource: (request: ReadResourceRequest, callback: Callback) =>
        refuse(
          `${request.getType()} "${request.getName()}": reading resources of elsewhere is not supported.`,
          callback
        ),
      call: (_request: object, callback: Callback) => refuse("Methods of components are not supported.", callback),
      getDeploymentInfo: (_request: object, callback: Callback) =>
        callback(null, { getSupportedfeaturesList: () => supportedFeatures }),
      supportsFeature: (_request: SupportsFeatureRequest, callback: Callback) =>
        callback(null, { getHassupport: () => false }),
      close: () => undefined
    },
    resources: () => [...resources.values()],
    settled: async () => {
      while (creating.size > 0) await Promise.all(creating)
    }
  }
}
