/** Phrases of rules that well-formed data breaks. */
import { anyOf, type PhraseRule } from "./phrases.ts"

const validation = (id: string, pattern: RegExp): PhraseRule => ({ id, class: "ValidationError", pattern })

/**
 * Documents that validators print: lists of fields and rules. They come before everything else, because field names and
 * allowed values may say anything (`"timeout" is required`).
 */
export const validationDocuments: ReadonlyArray<PhraseRule> = [
  validation(
    "validation.error-name",
    /^(?:Error: |\[?ERROR\]?:? )?(?:[\w.$\\:]{0,120}[.$\\:])?(?!\w{0,40}(?:Token|Jwt|Certificate))\w{0,60}Validation(?:Error|Exception|Failed|Failure)\w{0,24}: (?![^\n]{0,60}(?:\n[^\n]{0,60}\n)? ?Invalid JSON)/
  ),
  validation(
    "validation.xml-schema",
    /\bcvc-[a-z][\w.-]{2,60}: |is not facet-valid|DecodingFailure at \.|cannot query field "/i
  ),
  validation("validation.literal", /invalid input value for enum|invalid input syntax for (?!type json)/),
  validation(
    "validation.format",
    anyOf(
      [
        /Text '[^'\n]{0,80}' could not be parsed at|parsing time "|time data '[^'\n]{0,80}' does not/,
        /isoformat string|strconv\.|For input string|invalid literal for/,
        /decimal\.(?:InvalidOperation|ConversionSyntax)/,
        /does not match (?:the |its )?(?:expected )?(?:JSON )?schema|(?:is not of a|of type\(s\)) type/,
        /: Required$|mapper_parsing|(?:NUMBER|STRING)_VALUE cannot be|\bInvalid URL\b/,
        /Expected `[^`\n]{1,40}`, got `|must contain \[|Object missing required field/
      ],
      "m"
    )
  ),
  validation(
    "validation.zod",
    anyOf([
      /^(?:\w{0,12}: )?ZodError/,
      /"code": ?"(?:invalid_type|too_small|too_big|invalid_value|invalid_enum_value)"/,
      /"code": ?"(?:unrecognized_keys|invalid_string|invalid_format|invalid_union)"/,
      /"code": ?"(?:invalid_literal|not_multiple_of|invalid_date)"|✖ /
    ])
  ),
  validation(
    "validation.ajv",
    anyOf(
      [
        /"(?:instancePath|schemaPath|dataPath)"|\b(?:must have required property|must NOT have)/,
        /\bmust be equal to (?:one of the allowed|constant)/,
        /\bmust match (?:format|pattern|exactly one|"\w{1,8}" schema|a schema)/,
        /\b(?:should have required property|should NOT have|should be equal to one)/,
        /\bshould match (?:format|pattern)/,
        /^(?:data|body|querystring|params|headers|config|payload|event|record|\w{1,24}|)(?:[./][\w/.[\]-]{1,128})? (?:must|should) be (?:>|<|=|integer|number|string|boolean|object|array|null|multiple|one of)/
      ],
      "m"
    )
  ),
  validation(
    "validation.joi",
    anyOf([
      /ValidationError: "[^"\n]{1,128}" (?:is|must|length|contains|failed|does|with|date|missing|conflict|not|cannot|contains)/,
      /^"[^"\n]{1,128}" is (?:required|not allowed|not(?! valid JSON))/,
      /^"[^"\n]{1,128}" (?:must (?:be|have|contain|only|not)|length must|contains)/,
      /^"[^"\n]{1,128}" (?:fails to match|is not allowed to be empty)/
    ])
  ),
  validation(
    "validation.pydantic",
    anyOf([
      /\d{1,4} validation errors? for (?![^\n]{1,80}\n(?:[^\n]{0,80}\n)? ?Invalid JSON)/,
      /\[type=(?!json_invalid)[a-z_]{3,40}, input_value=|value_error\.|type_error\.\w{3,24}/,
      /"type": ?"(?:missing|value_error|greater_than|less_than|string_type|int_parsing|extra_forbidden)[^"\n]{0,24}"/
    ])
  ),
  validation(
    "validation.jsonschema",
    anyOf([
      /Failed validating '|is a required property|is not valid under any of the given schemas/,
      /Additional properties are not allowed|is not of type '|is not one of \[/,
      /(?:less|greater) than the (?:minimum|maximum) of|does not match '|is too (?:short|long)\b/,
      /required key \[|#\/[\w/]{0,128}: (?:-?\d|required|expected|extraneous|string)|expected type: /,
      /expected (?:minimum|maximum) (?:length|item)|is not a multiple of|should be non-empty/,
      /instance (?:requires|is not|does not|failed|type)|object has missing required properties/,
      /is missing but it is required|does not have a value in the enumeration/
    ])
  ),
  validation(
    "validation.effect",
    anyOf([
      /SchemaError: (?:Missing key|Expected (?!a valid JSON)|Invalid data|Unexpected key)/,
      /^(?:\w{0,12}: )?(?:Missing key|Expected .{1,200}, (?:got|actual) )|└─ |is missing\n/,
      /\n {1,4}at \["/
    ])
  ),
  validation(
    "validation.yup",
    anyOf([
      /must be (?:a|an) `\w{2,16}` type|but the final value was|is a required field/,
      /must be one of the following values/,
      /must (?:be )?(?:match|at (?:least|most)|defined|greater than|less than)\b.{0,60}/,
      /\bthis (?:field )?(?:is required|must)|cannot be null$/
    ])
  ),
  validation(
    "validation.valibot",
    anyOf([
      /ValiError/,
      /Invalid (?:type|length|value|key|format|email|UUID|URL|date|integer|size|regex): Expected/,
      /StructError: |At path: \S{1,128} -- |Expected .{1,80} but received/
    ])
  ),
  validation(
    "validation.class-validator",
    anyOf([
      /has failed the (?:validation|following constraints)|property \S{1,128} has failed/,
      /\bshould not (?:be empty|exist|be null)|each value in/,
      /must be a(?:n)? (?:positive number|number conforming|string|integer|integer number)\b/,
      /must be a(?:n)? (?:boolean|UUID|email|valid|array|object|Date|ISO|URL|enum)\b/,
      /must be a(?:n)? negative number\b/
    ])
  ),
  validation(
    "validation.bean",
    anyOf([
      /Validation failed for (?:argument|object|classes)|ConstraintViolation|Field error in object/,
      /rejected value \[|must not be (?:null|blank|empty)|MethodArgumentNotValid|interpolatedMessage=/,
      /BindException|MissingServletRequestParameter|Required request (?:parameter|body|header)/,
      /Required (?:String|int|Long) parameter|ConstraintViolationImpl/
    ])
  ),
  validation(
    "validation.dotnet",
    anyOf([
      /The \w{1,64} field is required|Validation failed: ?\n? ?--|One or more validation errors/,
      /The field \S{1,64} must|'[^'\n]{1,64}' (?:must (?:not )?be (?!declared)|must not|should)/,
      /is not a valid e-mail|was missing required properties|The JSON value could not be converted/,
      /Required property '|Error converting value|Could not convert string to|Could not find member '/
    ])
  ),
  validation(
    "validation.mongoose",
    anyOf([
      /validation failed: \w|is (?:less|more) than (?:minimum|maximum) allowed/,
      /is not a valid enum value|Path `[^`\n]{1,128}`|Cast to \w{2,16} failed/,
      /Document failed validation|SequelizeValidationError|notNull Violation|Validation error: /,
      /\bValidation \w{1,24} on \w{1,64} failed/
    ])
  ),
  validation(
    "validation.go",
    /Error:Field validation for|json: (?:cannot unmarshal|unknown field)|failed on the '\w{1,32}' tag|cannot unmarshal \w{2,12}(?: .{1,80})? into Go/
  ),
  validation(
    "validation.serde",
    /missing field `|unknown (?:field|variant) `|duplicate field `|invalid (?:type|value|length): .{1,120}, expected|invalid length \d{1,9}, expected/
  ),
  validation(
    "validation.jackson",
    anyOf([
      /Unrecognized field "/,
      /Cannot (?:de(?:-)?serialize|construct|coerce|map) (?:value|instance|empty|String|`)/,
      /Missing (?:required )?creator property|Missing required|not one of the values accepted for Enum/,
      /Can ?not deserialize|Null value for creator/,
      /Expected (?:BEGIN_OBJECT|BEGIN_ARRAY|a string|an int|a double|a boolean|a long|a name)[^\n]{0,24} but was (?!STRING at line 1 column 1 )/,
      /Invalid type\. Expected|not marked as ignorable|no (?:String|int|long)-argument constructor/
    ])
  ),
  validation(
    "validation.rails",
    anyOf([
      /Validation failed: (?!\n)|The given data was invalid|RecordInvalid/,
      /(?:can't be blank|has already been taken|is not included in the list)/,
      /(?:must be (?:accepted|filled)|is too (?:long|short) \(|is not a number)/,
      /The \w{1,64}(?: \w{1,64})? field/,
      /The \w{1,64}(?: \w{1,64})? must be (?:an?|at|between|greater|less|in|valid|present|accepted)\b/,
      /The \w{1,64}(?: \w{1,64})? (?:has already|may not|format is|is required|selected)/,
      /param is missing or the value is empty/
    ])
  ),
  validation(
    "validation.django",
    anyOf([
      /ValidationError\(?:? ?[{[(]|serializers\.ValidationError|ErrorDetail\(/,
      /This field (?:is required|may not)|Not a valid \w{2,16}\.|is not a valid UUID/,
      /Missing data for required field|Unknown field\.|Enter a valid|Must be one of: |DocumentError/,
      /SchemaError: (?:Missing keys?|Key)|MultipleInvalid|required key not provided/,
      /not a valid (?:choice|integer|string|datetime|number|value)/
    ])
  )
]

/** Phrases of databases, services and hand-written checks. */
export const validationPhrases: ReadonlyArray<PhraseRule> = [
  validation(
    "validation.constraint",
    anyOf(
      [
        /violat(?:es|ed|ion)\b[^\n]{0,60}(?:constraint|unique|foreign|primary|null|check|integrity|index|rule)/,
        /(?:unique|foreign key|primary key|not null|check|integrity|reference) ?(?:constraint|violation)[^\n]{0,80}(?:fail|violat|conflict)?/,
        /constraint fail|Violation of (?:PRIMARY|UNIQUE|FOREIGN|CHECK|NOT)/,
        /Duplicate (?:entry|key|item|record)|duplicate key|E11000|UniqueViolation|NotNullViolation/,
        /ForeignKeyViolation|conflicted with the|Cannot insert (?:the value NULL|duplicate key|NULL)/,
        /cannot insert NULL|cannot be null\b|does not allow nulls|Column '[^'\n]{1,128}' cannot be/,
        /doesn't have a default value/
      ],
      "i"
    )
  ),
  validation(
    "validation.value",
    anyOf(
      [
        /value too l(?:ong|arge) for|Data too long|Out of range value/,
        /out of range for (?:type|column|integer)/,
        /(?:date\/time|numeric|integer|field) (?:field )?(?:value )?(?:overflow|out of range)/,
        /(?:String or binary )?data would be truncated|Data truncated for|Incorrect (?:\w{2,16} )?value: /,
        /invalid input (?:syntax|value) for|Truncated incorrect|Conversion failed when/,
        /Error converting data type|Arithmetic overflow|invalid number|not a valid month/,
        /literal does not match format|value larger than specified precision|invalid literal for/,
        /For input string|could not convert string to|is not a valid \w{2,24}|not in a correct format/,
        /was not recognized as a valid|String was not|cannot be (?:parsed|converted) (?:at|to|into) /,
        /Text '[^'\n]{0,80}' could not be parsed|parsing time "|strconv\.|badly formed hexadecimal/,
        /Invalid UUID/,
        /Invalid (?:date|time|email|phone|currency|country|number|ISO|quantity|amount|sku|value)/,
        /Invalid (?:enum|format|length|order|input|parameter|argument|request|field|state|status)/,
        /Invalid (?:data|id\b|identifier|url|price|address|customer|type)|isoformat string/,
        /does not match format|unconverted data/
      ],
      "i"
    )
  ),
  validation(
    "validation.aws",
    anyOf(
      [
        /(?:One or more )?parameter(?:s|\(s\))?(?: value(?:s)?)? (?:were|was|are|is|failed) (?:invalid|not valid|missing|validation)/,
        /Parameter validation failed|The conditional request failed|ConditionalCheckFailed/,
        /must contain the parameter/,
        /(?:Item|Message|Payload|Record|Request|Entry|event|body) ?(?:size|length|must be shorter|too l)[^\n]{0,60}(?:exceed|limit|maximum|large|bytes)/,
        /maximum allowed (?:size|payload)|Message must be shorter|larger than (?:max|the max|maximum)/,
        /maximum (?:size|length|request size|message size)|too large\b|TooLarge/,
        /exceeds? (?:the )?(?:maximum|max|limit|valid|allowed)[^\n]{0,40}(?:size|length|bytes|allowed|value|number of)/,
        /characters outside the allowed|NUMBER_VALUE|STRING_VALUE|failed to satisfy constraint/,
        /Member must|Float types are not supported|removeUndefinedValues|Missing the key/,
        /key element does not match|ExpressionAttribute|Supplied AttributeValue|empty (?:string )?value/,
        /not a valid DynamoDB|Unsupported type passed|Expected params\./
      ],
      "i"
    )
  ),
  validation(
    "validation.required",
    anyOf(
      [
        /\b(?:is|are|field|was|value|parameter|property|argument|key|header|attribute|element|body) (?:a )?(?:required|mandatory|missing)\b/,
        /\bmissing (?:required|mandatory|field|parameter|property|param|key|argument|value)/,
        /\bmissing attribute/,
        /\bmissing \w{1,32} (?:field|parameter|property|in (?:the )?(?:request|body|payload))/,
        /\brequired (?:field|parameter|param|property|key|argument|attribute|value|column)\b/,
        /\brequired (?:request|element|properties|fields)\b/,
        /\b(?:cannot|can not|must not|may not|can't|should not) (?:be|contain|have|exceed|start|end|include)\b/,
        /\bmust (?:be|have|contain|match|not|provide|specify|start|end|equal|exist|include|only|conform)\b/,
        /\bshould be (?:a|an|one|greater|less|positive|at|valid)/,
        /\bneeds? to be (?:a|an|greater|less|positive|at)|\bhas to be\b/,
        /\bexpected (?:a |an )?(?:string|number|integer|int|object|array|boolean|list|dict|map|value|one of|type|float|uuid|date)\b/
      ],
      "i"
    )
  ),
  validation(
    "validation.business",
    anyOf(
      [
        /\b(?:not (?:a )?valid|invalid|illegal|unsupported|unacceptable|unprocessable)\b/,
        /\b(?:not allowed|not permitted|bad request|already exists)\b/,
        /\balready (?:been )?(?:processed|paid|shipped|cancelled|used|taken|registered|completed)\b/,
        /\b(?:does not conform|validation (?:failed|error|failure|exception)|failed validation)\b/,
        /\b(?:schema violation|unexpected (?:field|property|key|value))\b/,
        /\bunknown (?:field|property|key|attribute|currency|sku|status|value|enum)\b/,
        /\b(?:greater than|less than|at least|at most)\b/,
        /\btoo (?:long|short|small|big|many (?:items|entries|lines|values)|few)\b/,
        /\b(?:out of (?:stock|range)|negative|positive)\b/,
        /\b(?:insufficient (?:stock|funds|inventory|balance)|declined)\b/,
        /\bNo such (?:customer|payment_intent|charge|price|product|token|subscription)\b/,
        /\b(?:not found|only contain|only be used with|contain a valid|payload exceeded)\b/,
        /\b(?:Unknown name|optimistic concurrency|conflict)\b/
      ],
      "i"
    )
  )
]
