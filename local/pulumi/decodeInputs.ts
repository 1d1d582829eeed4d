/** Reads the inputs of a resource by a schema, so that a property the embedded AWS does not know is refused by name. */
import { Result, Schema } from "effect"
import type { CreateRequest } from "./ResourceProvider.ts"

/** Inputs that every AWS resource takes. The region is accepted as it is: one embedded AWS is one region. */
const common = { region: Schema.optional(Schema.String) }

/** A policy or another JSON document: text, or the object itself. */
export const jsonDocument = Schema.Union([Schema.String, Schema.Record(Schema.String, Schema.Unknown)])

/** Tags. */
export const tags = Schema.optional(Schema.Record(Schema.String, Schema.String))

/** A JSON document as text. */
export const documentText = (document: typeof jsonDocument.Type): string =>
  typeof document === "string" ? document : JSON.stringify(document)

/** The schema of a resource's inputs. */
export const inputsSchema = <const Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.Struct({ ...common, ...fields })

/**
 * The inputs of a request, typed. Throws one sentence that names the resource and the property at fault, for a property
 * that the schema does not have as for a value of the wrong kind.
 */
export const decodeInputs = <S extends Schema.ConstraintDecoder<unknown>>(
  request: CreateRequest,
  schema: S
): S["Type"] => {
  const decoded = Schema.decodeUnknownResult(schema)(request.inputs, { onExcessProperty: "error" })
  if (Result.isSuccess(decoded)) return decoded.success
  const [problem = "", at = ""] = decoded.failure.message.split("\n")
  const property = [...at.matchAll(/\["?([^"\]]+)"?\]/g)].map((match) => match[1]).join(".")
  throw new Error(
    problem === "Expected no excess property"
      ? `${request.type} "${request.name}": the embedded AWS does not know the property "${property}".`
      : `${request.type} "${request.name}": property "${property}": ${problem}.`
  )
}
