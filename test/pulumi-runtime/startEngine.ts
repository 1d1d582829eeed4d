/**
 * The engine's side of `pulumi up`, as little of it as a program needs to run: a resource monitor that accepts every
 * resource, and an engine that keeps the log. Whatever else is called is UNIMPLEMENTED, as with an older Pulumi CLI.
 */
import grpc from "@grpc/grpc-js"
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js"
import engineMessages, { type LogRequest } from "@pulumi/pulumi/proto/engine_pb.js"
import resourceServices from "@pulumi/pulumi/proto/resource_grpc_pb.js"
import resourceMessages, {
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  type SupportsFeatureRequest
} from "@pulumi/pulumi/proto/resource_pb.js"
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js"
import structMessages, { type JavaScriptValue, type Struct } from "google-protobuf/google/protobuf/struct_pb.js"

/** Properties as they travel: plain values. */
export type Properties = Readonly<Record<string, JavaScriptValue>>

/** A resource as it was registered. */
export interface RegisteredResource {
  readonly type: string
  readonly name: string
  readonly urn: string
  readonly inputs: Properties
  readonly protect: boolean
}

/** A running engine. */
export interface Engine {
  /** `127.0.0.1:PORT`. */
  readonly address: string
  readonly resources: readonly RegisteredResource[]
  /** The stack's outputs, once the program has ended. */
  readonly outputs: () => Properties
  /** Warnings and errors that the program reported. */
  readonly complaints: readonly string[]
  readonly close: () => void
}

const stackType = "pulumi:pulumi:Stack"

/** Starts an engine on a free port of the loopback interface. */
export const startEngine = async (project: string, stack: string): Promise<Engine> => {
  const resources: RegisteredResource[] = []
  const complaints: string[] = []
  let outputs: Properties = {}
  let root = ""

  const registerResource = (request: RegisterResourceRequest) => {
    const [type, name] = [request.getType(), request.getName()]
    const parentType = request.getParent().split("::")[2] ?? ""
    const qualified = parentType === "" || parentType === stackType ? type : `${parentType}$${type}`
    const urn = `urn:pulumi:${stack}::${project}::${qualified}::${name}`
    const inputs = propertiesOf(request.getObject())
    resources.push({ type, name, urn, inputs, protect: request.getProtect() ?? false })
    const response = new resourceMessages.RegisterResourceResponse()
    response.setUrn(urn)
    if (request.getCustom()) response.setId(`${name}-id`)
    response.setObject(structMessages.Struct.fromJavaScript({ ...computed(type, name), ...inputs }))
    return response
  }
  const registerOutputs = (request: RegisterResourceOutputsRequest) => {
    if (request.getUrn() === root) outputs = propertiesOf(request.getOutputs())
    return new emptyMessages.Empty()
  }
  const supportsFeature = (_request: SupportsFeatureRequest) => new resourceMessages.SupportsFeatureResponse()
  const keepLog = (request: LogRequest) => {
    if (request.getSeverity() >= engineMessages.LogSeverity.WARNING) complaints.push(request.getMessage())
    return new emptyMessages.Empty()
  }

  const server = new grpc.Server()
  server.addService(
    resourceServices.ResourceMonitorService,
    implementation(resourceServices.ResourceMonitorService, {
      supportsFeature: unary(supportsFeature),
      registerResource: unary(registerResource),
      registerResourceOutputs: unary(registerOutputs),
      signalAndWaitForShutdown: unary(() => new emptyMessages.Empty())
    })
  )
  server.addService(
    engineServices.EngineService,
    implementation(engineServices.EngineService, {
      log: unary(keepLog),
      getRootResource: unary(() => {
        const response = new engineMessages.GetRootResourceResponse()
        response.setUrn(root)
        return response
      }),
      setRootResource: unary((request: { getUrn: () => string }) => {
        root = request.getUrn()
        return new engineMessages.SetRootResourceResponse()
      })
    })
  )
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error)
    )
  )
  return {
    address: `127.0.0.1:${port}`,
    resources,
    outputs: () => outputs,
    complaints,
    close: () => server.forceShutdown()
  }
}

const propertiesOf = (struct: Struct | undefined): Properties => struct?.toJavaScript() ?? {}

/** What AWS would answer, as far as the program needs it to be a text. */
const computed = (type: string, name: string): Properties => ({
  arn: `arn:aws:${type.split(/[:/]/)[1]}:us-east-1:123456789012:${name}`,
  name,
  bucket: name,
  url: `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`,
  apiEndpoint: `https://${name}.example.com`,
  domainName: `${name}.example.com`,
  executionArn: `arn:aws:execute-api:us-east-1:123456789012:${name}`,
  invokeArn: `arn:aws:apigateway:us-east-1:lambda:path/${name}`
})

const unary =
  <Request, Response>(answer: (request: Request) => Response): grpc.handleUnaryCall<Request, Response> =>
  (call, reply) =>
    reply(null, answer(call.request))

const unimplemented: grpc.handleUnaryCall<unknown, unknown> = (_call, reply) =>
  // INTERNAL instead would make the SDK retry for most of a minute.
  reply({ code: grpc.status.UNIMPLEMENTED })

const implementation = (
  service: object,
  implemented: grpc.UntypedServiceImplementation
): grpc.UntypedServiceImplementation =>
  Object.fromEntries(Object.keys(service).map((method) => [method, implemented[method] ?? unimplemented]))
