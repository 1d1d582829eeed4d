/** Runs a Pulumi program on the SDK's own mocks and tells what it registered. */
import * as pulumi from "@pulumi/pulumi"

/** A resource that a program registered. */
export interface Deployed {
  readonly type: string
  readonly name: string
  readonly urn: string
  readonly parentUrn: string | undefined
  /** Its inputs as the provider would get them, assets as they are; empty for a component. */
  readonly inputs: Readonly<Record<string, unknown>>
  /** What the provider answered: the inputs, and what AWS would add. */
  readonly state: Readonly<Record<string, unknown>>
  readonly protect: boolean
  /** Whether it stays in AWS when it leaves the stack. */
  readonly retainOnDelete: boolean
  readonly dependsOn: readonly string[]
}

/** A resource at the moment in which a program registers it. */
export interface Registered {
  readonly project: string
  readonly stack: string
  readonly type: string
  readonly name: string
  readonly inputs: Readonly<Record<string, unknown>>
}

/** What a program left behind. */
export interface Deployment<Result> {
  readonly result: Result
  /** Sorted by URN. */
  readonly resources: readonly Deployed[]
  /** The one resource of a name. Throws when there is none, or more than one. */
  readonly named: (name: string, type?: string) => Deployed
}

/** The value of an Output. */
export const resolved = <T>(output: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> =>
  new Promise((resolve) => pulumi.output(output).apply((value) => resolve(value)))

/**
 * Runs `program` in a stack of its own. Rejects with what it throws, and when it makes resources inside `apply`, where a
 * preview would not show them; calls of provider functions are refused.
 */
export const deploy = async <Result>(
  program: () => Result | Promise<Result>,
  options: {
    readonly stack?: string
    readonly project?: string
    readonly config?: Readonly<Record<string, string>>
    /** What AWS would add to a resource, in place of what most tests need. */
    readonly stateOf?: (resource: Registered) => Readonly<Record<string, unknown>>
  } = {}
): Promise<Deployment<Result>> => {
  const inputs = new Map<string, Readonly<Record<string, unknown>>>()
  const registered: Array<{ readonly resource: pulumi.Resource; readonly args: pulumi.ResourceTransformationArgs }> = []
  const project = options.project ?? "test-project"
  const stack = options.stack ?? "test-stack"
  const added = (type: string, name: string, given: Readonly<Record<string, unknown>>) => ({
    ...stateOf(type, name),
    ...options.stateOf?.({ project, stack, type, name, inputs: given })
  })
  pulumi.runtime.setAllConfig({ ...options.config })
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        const key = `${args.type} ${args.name}`
        if (inputs.has(key)) throw new Error(`${key} was registered twice`)
        inputs.set(key, args.inputs)
        return { id: `${args.name}-id`, state: { ...added(args.type, args.name, args.inputs), ...args.inputs } }
      },
      call: (args) => {
        throw new Error(`the program called ${args.token}, which no test expects`)
      }
    },
    project,
    stack,
    false
  )
  const holder: { result?: Result; registered?: number } = {}
  const { stackTraceLimit } = Error
  // The SDK keeps a stack trace of each of its promises: a line each, as ten are two thirds of a deployment's time.
  Error.stackTraceLimit = 1
  try {
    await pulumi.runtime.runInPulumiStack(async () => {
      pulumi.runtime.registerStackTransformation((args) => {
        registered.push({ resource: args.resource, args })
        return undefined
      })
      holder.result = await program()
      holder.registered = registered.length
    })
    await pulumi.runtime.disconnect()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
  if (registered.length !== holder.registered) throw new Error("the program makes resources inside apply")
  const resources = await Promise.all(
    registered.map(
      async ({ resource, args }): Promise<Deployed> => ({
        type: args.type,
        name: args.name,
        urn: await resolved(resource.urn),
        parentUrn: args.opts.parent === undefined ? undefined : await resolved(args.opts.parent.urn),
        inputs: inputs.get(`${args.type} ${args.name}`) ?? {},
        state: {
          ...added(args.type, args.name, inputs.get(`${args.type} ${args.name}`) ?? {}),
          ...inputs.get(`${args.type} ${args.name}`)
        },
        protect: args.opts.protect === true,
        retainOnDelete: args.opts.retainOnDelete === true,
        dependsOn: await dependencies(args.opts.dependsOn)
      })
    )
  )
  const { result } = holder
  if (result === undefined) throw new Error("the program left nothing behind")
  return {
    result,
    resources: resources.toSorted((one, other) => (one.urn < other.urn ? -1 : 1)),
    named: (name, type) => {
      const found = resources.filter((each) => each.name === name && (type === undefined || each.type === type))
      const [only] = found
      if (only === undefined || found.length > 1) throw new Error(`${found.length} resources are named ${name}`)
      return only
    }
  }
}

/** What a program throws, and how many resources it had registered by then. Outside of a stack, so that nothing is left pending. */
export const refused = async (
  program: () => unknown
): Promise<{ readonly error: unknown; readonly registered: number }> => {
  let registered = 0
  await pulumi.runtime.setMocks({
    newResource: (args) => {
      registered += 1
      return { id: `${args.name}-id`, state: args.inputs }
    },
    call: (args) => {
      throw new Error(`the program called ${args.token}, which no test expects`)
    }
  })
  let error: unknown
  try {
    program()
  } catch (caught) {
    error = caught
  }
  await pulumi.runtime.disconnect()
  return { error, registered }
}

const dependencies = async (dependsOn: pulumi.CustomResourceOptions["dependsOn"]): Promise<readonly string[]> => {
  const found = await resolved(pulumi.output(dependsOn ?? []))
  const list: readonly unknown[] = Array.isArray(found) ? found : [found]
  return Promise.all(list.flatMap((each) => (pulumi.Resource.isInstance(each) ? [resolved(each.urn)] : [])))
}

const account = "123456789012"
const region = "eu-west-1"

/** What AWS would add, as far as the programs read it. */
const stateOf = (type: string, name: string): Readonly<Record<string, unknown>> => {
  const service = /^aws:(\w+)\//.exec(type)?.[1] ?? "unknown"
  const arn = `arn:aws:${service}:${region}:${account}:${name}`
  return {
    arn,
    name,
    ...(type === "aws:sqs/queue:Queue" ? { url: `https://sqs.${region}.amazonaws.com/${account}/${name}` } : {}),
    ...(type === "aws:cloudwatch/logGroup:LogGroup"
      ? { arn: `arn:aws:logs:${region}:${account}:log-group:${name}` }
      : {}),
    ...(type === "aws:s3/bucket:Bucket"
      ? { bucket: name, arn: `arn:aws:s3:::${name}`, bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com` }
      : {}),
    ...(type === "aws:cloudfront/distribution:Distribution"
      ? { arn: `arn:aws:cloudfront::${account}:distribution/${name}`, domainName: `${name}.cloudfront.net` }
      : {}),
    ...(type === "aws:lambda/function:Function"
      ? { invokeArn: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations` }
      : {}),
    ...(type === "aws:ec2/vpcEndpoint:VpcEndpoint" ? { prefixListId: `${name}-prefixes` } : {}),
    ...(type === "awsx:ec2:Vpc"
      ? {
          vpcId: `${name}-id`,
          isolatedSubnetIds: [`${name}-isolated-1`, `${name}-isolated-2`],
          routeTables: [1, 2].map((zone) => routeTable(`${name}-isolated-${zone}`))
        }
      : {}),
    ...(type === "aws:apigatewayv2/api:Api"
      ? {
          apiEndpoint: `https://${name}.execute-api.${region}.amazonaws.com`,
          executionArn: `arn:aws:execute-api:${region}:${account}:${name}`
        }
      : {})
  }
}

/** A resource that a component in another process has made, as it comes from there. */
const routeTable = (name: string) => ({
  [pulumi.runtime.specialSigKey]: pulumi.runtime.specialResourceSig,
  urn: `urn:pulumi:test-stack::test-project::awsx:ec2:Vpc$aws:ec2/routeTable:RouteTable::${name}`,
  id: `${name}-routes`
})
