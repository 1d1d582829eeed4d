/** The whole system on an embedded AWS of its own: a stack of this program and a payment gateway, started, used and stopped. */
import { randomBytes } from "node:crypto"
import { fileURLToPath } from "node:url"
import { type EmbeddedAws, type EmbeddedAwsOptions, startEmbeddedAws } from "./EmbeddedAws.ts"
import { type Issuer, startIssuer } from "./issuer/startIssuer.ts"
import { onPreferredPort } from "./listen.ts"
import { type PaymentGateway, startPaymentGateway } from "./payment/startPaymentGateway.ts"
import type { RegisteredResource } from "./pulumi/ResourceMonitor.ts"
import { type ConfigValue, readStackConfig } from "./pulumi/stackConfig.ts"

/** What to run. */
export interface SystemOptions {
  /** The Pulumi program; `Pulumi.yaml` stands beside it. */
  readonly program: URL
  readonly stack: string
  /** Values that take precedence over the stack file's, by key. @default none */
  readonly config?: Readonly<Record<string, ConfigValue | undefined>> | undefined
  /** Whether event source mappings poll by themselves. @default true */
  readonly polling?: boolean | undefined
  /** Injects faults into what the functions do. @default none */
  readonly faults?: EmbeddedAwsOptions["faults"]
  /** Preferred ports; free ones when they are taken. @default free ports */
  readonly ports?: PreferredPorts | undefined
  /** Tells that payment gateway and AWS listen, before the first resource is created. */
  readonly onListening?: ((system: Pick<System, "aws" | "payment">) => void) | undefined
  /** Tells of each resource as it is created. */
  readonly onResource?: ((resource: RegisteredResource) => void) | undefined
  /** Ends the start early. */
  readonly signal: AbortSignal
}

/** Ports that are taken if they are free. */
export interface PreferredPorts {
  readonly api: number
  readonly aws: number
  readonly payment: number
  readonly issuer: number
  readonly storefront: number
}

/** The running system. */
export interface System {
  readonly aws: EmbeddedAws
  readonly payment: PaymentGateway
  /** Where the stack's tokens come from; `undefined` where it asks for none, or has an issuer of its own. */
  readonly issuer: Issuer | undefined
  /** The stack's outputs by name. */
  readonly outputs: Readonly<Record<string, unknown>>
  readonly resources: ReadonlyArray<RegisteredResource>
}

/** The system has failed to start; the message is for the person who started it. */
export class StartFailure extends Error {
  override readonly name = "StartFailure"
}

/** Whom the local issuer's tokens are for. */
const localAudience = "orders"

const startLocalIssuer = (port: number | undefined): Promise<Issuer> => startIssuer({ port, audience: localAudience })

const startSystem = async (options: SystemOptions, started: Array<() => Promise<void>>): Promise<System> => {
  const { program, stack, config, polling, faults, ports, onListening, onResource, signal } = options
  const { project, values } = readStackConfig(fileURLToPath(new URL(".", program)), stack, config)
  const token = randomBytes(16).toString("hex")
  const payment = await onPreferredPort(ports?.payment, (port) => startPaymentGateway({ port, token }))
  started.push(payment.close)
  const needsIssuer = values[`${project}:auth`] === "jwt" && values[`${project}:jwtIssuer`] === undefined
  const issuer = needsIssuer ? await onPreferredPort(ports?.issuer, startLocalIssuer) : undefined
  if (issuer !== undefined) started.push(issuer.close)
  const region = values["aws:region"]
  const aws = await startEmbeddedAws({
    region,
    port: ports?.aws,
    apiPort: ports?.api,
    distributionPort: ports?.storefront,
    polling,
    faults
  })
  started.push(aws.close)
  onListening?.({ aws, payment })
  const { outputs, resources, error } = await aws.deploy({
    program,
    stack,
    config: {
      ...(issuer === undefined ? {} : { jwtIssuer: issuer.url, jwtAudiences: [localAudience] }),
      ...config,
      paymentUrl: payment.url,
      paymentToken: token
    },
    onResource: onResource ?? (() => undefined),
    signal
  })
  signal.throwIfAborted()
  if (error !== undefined) {
    // What a provider or the configuration refuses is one sentence; a TypeError and the like are defects, and say where.
    throw new StartFailure(error.name === "Error" ? error.message : (error.stack ?? error.message), { cause: error })
  }
  return { aws, payment, issuer, outputs, resources }
}

/**
 * Starts the system, uses it, and stops it whatever happens; then nothing of it is left.
 *
 * Rejects with `StartFailure` when the program cannot be evaluated, with the signal's reason when it aborts before the
 * system is up, and with whatever `use` rejects with.
 */
export const withSystem = async <A>(options: SystemOptions, use: (system: System) => Promise<A>): Promise<A> => {
  const started: Array<() => Promise<void>> = []
  try {
    return await use(await startSystem(options, started))
  } finally {
    // From the last to the first.
    for (const stop of started.reverse()) await stop()
  }
}
