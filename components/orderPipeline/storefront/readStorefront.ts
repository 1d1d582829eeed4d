/** The configuration key `storefront`. */
import { Option, Schema } from "effect"
import { refusal } from "../../validation.ts"
import type { OrderPipelineArgs } from "../args.ts"
import type { ConfigReader } from "../ConfigReader.ts"
import { priceClasses } from "./args.ts"

const common = {
  priceClass: Schema.optionalKey(Schema.Literals(priceClasses)),
  webAclArn: Schema.optionalKey(Schema.String)
}

const ConfiguredStorefront = Schema.Union([
  Schema.Boolean,
  Schema.Struct({ ...common, domainName: Schema.String, certificateArn: Schema.String }),
  Schema.Struct(common)
])

const decode = Schema.decodeUnknownOption(ConfiguredStorefront, { onExcessProperty: "error" })

/**
 * Whether there is an order page: `true`, `false`, or an object with what `OrderPipeline` takes.
 *
 * @throws `pulumi.RunError`: one sentence that names the key.
 */
export const readStorefront = (reader: ConfigReader, project: string): Pick<OrderPipelineArgs, "storefront"> => {
  const text = reader.text("storefront")
  if (text === undefined) return {}
  if (text !== "true" && text !== "false" && !text.startsWith("{")) throw refusal(project, "storefront", text, allowed)
  const value = reader.json("storefront")
  const storefront = decode(value)
  if (Option.isNone(storefront)) throw refusal(project, "storefront", value, allowed)
  return { storefront: storefront.value }
}

const allowed = `true, false, or an object with domainName and certificateArn together, priceClass (${priceClasses.join(", ")}) and webAclArn`
