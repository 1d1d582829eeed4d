/** The configuration key `network`. */
import { Option, Schema } from "effect"
import { refuseNetwork } from "../network/refuseNetwork.ts"
import { refusal } from "../validation.ts"
import type { OrderPipelineArgs } from "./args.ts"
import type { ConfigReader } from "./ConfigReader.ts"

const Ids = Schema.NonEmptyArray(Schema.String)

const ConfiguredNetwork = Schema.Union([
  Schema.Struct({ subnetIds: Ids, securityGroupIds: Ids }),
  Schema.Struct({
    availabilityZones: Schema.optionalKey(Schema.Number),
    cidrBlock: Schema.optionalKey(Schema.String)
  })
])

const decode = Schema.decodeUnknownOption(ConfiguredNetwork, { onExcessProperty: "error" })

/**
 * Where the functions run: `private`, or an object with what `OrderPipeline` takes.
 *
 * @throws `pulumi.RunError`: one sentence that names the key.
 */
export const readNetwork = (reader: ConfigReader, project: string): Pick<OrderPipelineArgs, "network"> => {
  const text = reader.text("network")
  if (text === undefined) return {}
  if (text === "private") return { network: text }
  if (!text.startsWith("{")) throw refusal(project, "network", text, allowed)
  const value = reader.json("network")
  const network = decode(value)
  if (Option.isNone(network)) throw refusal(project, "network", value, allowed)
  refuseNetwork(project, network.value)
  return { network: network.value }
}

const allowed =
  '"private", or an object with subnetIds and securityGroupIds, or with availabilityZones and cidrBlock of a VPC to make'
