/** The policy pack as Pulumi starts it: a process of its own, asked over gRPC. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import grpc from "@grpc/grpc-js"
import analyzerServices from "@pulumi/pulumi/proto/analyzer_grpc_pb.js"
import analyzerMessages, { type AnalyzeResponse, type AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb.js"
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js"
import structMessages, { type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js"
import type { Judged } from "./judge.ts"

/** What the pack answers about a resource or a stack. */
export interface Diagnostic {
  readonly policy: string
  readonly message: string
  readonly mandatory: boolean
  readonly urn: string
}

/** A running pack. */
export interface Pack {
  readonly info: () => Promise<AnalyzerInfo>
  /** Before a resource is made: by its inputs. */
  readonly analyze: (resource: Judged) => Promise<readonly Diagnostic[]>
  /** At the end: by the outputs of all. */
  readonly analyzeStack: (stack: readonly Judged[]) => Promise<readonly Diagnostic[]>
  readonly close: () => Promise<void>
}

const directory = fileURLToPath(new URL("../../policy", import.meta.url))
const runner = fileURLToPath(import.meta.resolve("@pulumi/pulumi/cmd/run-policy-pack/index.js"))

/** Starts the pack; it fails with what the process wrote if that ends before it listens. */
export const startPack = async (): Promise<Pack> => {
  // The engine's address is not used: the pack reports nothing by itself.
  const child = spawn(process.execPath, [runner, "127.0.0.1:1", "."], { cwd: directory })
  const complaints: string[] = []
  child.stderr.on("data", (chunk: Buffer) => complaints.push(chunk.toString()))
  const ended = once(child, "exit")
  const port = await Promise.race([
    once(createInterface(child.stdout), "line").then(([line]) => Number(line)),
    ended.then(() => Promise.reject(new Error(`the policy pack ended: ${complaints.join("")}`)))
  ])
  const client = new analyzerServices.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
  return {
    info: () => promised((callback) => client.getAnalyzerInfo(new emptyMessages.Empty(), callback)),
    analyze: async (judged) => diagnosticsOf(await promised((callback) => client.analyze(requestOf(judged), callback))),
    analyzeStack: async (stack) => {
      const request = new analyzerMessages.AnalyzeStackRequest()
      request.setResourcesList(stack.map(resourceOf))
      return diagnosticsOf(await promised((callback) => client.analyzeStack(request, callback)))
    },
    close: async () => {
      client.close()
      child.kill()
      await ended
    }
  }
}

const promised = <T>(call: (callback: (error: grpc.ServiceError | null, answer: T) => void) => unknown): Promise<T> =>
  new Promise((resolve, reject) => call((error, answer) => (error === null ? resolve(answer) : reject(error))))

const structOf = (properties: Readonly<Record<string, unknown>>) => {
  const plain: Record<string, JavaScriptValue> = JSON.parse(JSON.stringify(properties))
  return structMessages.Struct.fromJavaScript(plain)
}

const urnOf = ({ urn, type, name }: Judged): string => urn ?? `urn:pulumi:stack::project::${type}::${name}`

const optionsOf = ({ protect = false }: Judged) => {
  const options = new analyzerMessages.AnalyzerResourceOptions()
  options.setProtect(protect)
  options.setCustomtimeouts(new analyzerMessages.AnalyzerResourceOptions.CustomTimeouts())
  return options
}

const requestOf = (judged: Judged) => {
  const request = new analyzerMessages.AnalyzeRequest()
  request.setType(judged.type)
  request.setName(judged.name)
  request.setUrn(urnOf(judged))
  request.setProperties(structOf(judged.inputs))
  request.setOptions(optionsOf(judged))
  return request
}

const resourceOf = (judged: Judged) => {
  const resource = new analyzerMessages.AnalyzerResource()
  resource.setType(judged.type)
  resource.setName(judged.name)
  resource.setUrn(urnOf(judged))
  resource.setProperties(structOf(judged.state ?? judged.inputs))
  resource.setOptions(optionsOf(judged))
  for (const [property, urns] of Object.entries(judged.sources ?? {})) {
    const dependencies = new analyzerMessages.AnalyzerPropertyDependencies()
    dependencies.setUrnsList([...urns])
    resource.getPropertydependenciesMap().set(property, dependencies)
  }
  return resource
}

const diagnosticsOf = (response: AnalyzeResponse): readonly Diagnostic[] =>
  response.getDiagnosticsList().map((diagnostic) => ({
    policy: diagnostic.getPolicyname(),
    // The SDK puts the rule's description in front, on a line of its own.
    message: diagnostic.getMessage().split("\n").at(-1) ?? "",
    mandatory: diagnostic.getEnforcementlevel() === analyzerMessages.EnforcementLevel.MANDATORY,
    urn: diagnostic.getUrn()
  }))
