/** Phrases of decoders: the bytes are not what they claim to be. */
import { anyOf, inSequence, type PhraseRule } from "./phrases.ts"

const bad = (id: string, pattern: RegExp): PhraseRule => ({ id, class: "BadPayload", pattern })

/** Phrases of decoders: JSON, text encodings, compression, XML, CSV, YAML, base64, protobuf, Avro, MessagePack. */
export const decodePhrases: ReadonlyArray<PhraseRule> = [
  bad(
    "decode.json.v8",
    anyOf(
      [
        /\b(?:is not valid JSON|in JSON at position|Unexpected end of JSON)/,
        /\b(?:Unexpected non-whitespace character after JSON|JSON input|valid JSON string)/,
        /\bExpected (?:property name|double-quoted property|',' or|':' after)/,
        /\b(?:Bad control character in string|Bad escaped character in)/,
        /\b(?:Unterminated string(?: in JSON)?|No number after minus|Unterminated fractional)/,
        /\b(?:Exponent part is missing|JSON Parse error)/
      ],
      "i"
    )
  ),
  bad(
    "decode.json.python",
    anyOf([
      /Expecting (?:value|property name|',' delimiter|':' delimiter)|Invalid control character at/,
      /Invalid \\\\?escape: |Extra data: line \d|Unterminated string starting at|Invalid \\uXXXX escape/,
      /\bJSONDecodeError\b|Illegal trailing comma|type=json_invalid/,
      /Invalid JSON\b(?! payload received\. Unknown name)|json_invalid/,
      /unexpected content after document/
    ])
  ),
  bad(
    "decode.json.go",
    anyOf([
      /invalid character '[^\n]{1,8}'/,
      /invalid character .{1,16} (?:looking for|after|in (?:string|literal|numeric|\\u)|as )/,
      /unexpected end of JSON|unexpected EOF$|invalid character .{1,16} in |readObjectStart/,
      /expect(?:s|ed)? [{[\]":,].{0,8}, but found|ReadString: expects/
    ])
  ),
  bad(
    "decode.json.java",
    anyOf([
      /Unrecognized token '/,
      /was expecting (?:\(JSON|double-quote|comma|a colon|a double|closing|a valid|\(\S|either|start)/,
      /Unexpected character \('|Unexpected end-of-input|Unexpected close marker/,
      /Illegal character \(\(?C|Illegal unquoted character/,
      /JSON parse error: (?!Cannot (?:de|con)|Unrecognized field|Missing)/,
      /A JSON(?:Object|Array) text must|End of input at/,
      /Expected (?:BEGIN_\w{1,12} but was STRING at line 1 column 1 |name|literal value)/,
      /Unterminated (?:object|array|string|comment|escape)|use JsonReader\.setLenient|malformed JSON/,
      /Unexpected token END OF FILE|Could not read JSON: (?:Unexpected|Unrecognized token|Invalid)/,
      /Invalid UTF-(?:8|16|32)|No content to map due to end-of-input|Illegal (?:white)?space/,
      /Leading zeroes not allowed|Non-standard token|Expected a ['"].{1,3}['"] or|Expected a ',' or/,
      /Unexpected end of (?:JSON|input)|Unexpected character .{0,24} at position/
    ])
  ),
  bad(
    "decode.json.dotnet",
    anyOf(
      [
        /is an invalid (?:start of a|end of a|escapable|start of) |is invalid after a value/,
        /does not contain any JSON tokens|Expected (?:depth to be zero|end of string|a ['"]|either ',')/,
        /isFinalBlock|(?<!token )contains (?:invalid UTF|an? (?:extra|invalid) |a trailing comma)/,
        /Unexpected character encountered|Unexpected end (?:when|while|of content|of file)/,
        /Error reading J(?:Object|Array|Token|son)|Additional text encountered|After parsing a value/,
        /Invalid (?:character after parsing|property identifier|JavaScript property)/,
        /is an invalid JSON literal|Reached end of data|Unterminated string\. Expected delimiter/,
        /Error parsing (?:undefined|null|boolean|positive|NaN|comment)|Bad JSON escape/,
        /end of (?:the )?JSON (?:input|document)|invalid JSON(?! payload received\. Unknown)/,
        /(?:not|isn't) (?:a )?valid JSON|malformed JSON|Cannot (?:parse|decode) JSON/,
        /(?:could not|unable to|failed to|error) (?:parse|decode|parsing|decoding)[^\n]{0,40}json/,
        /json (?:parse|parsing|decod\w{2,4}|syntax) (?:error|failed|failure)|Incomplete JSON/,
        /truncated JSON/
      ],
      "i"
    )
  ),
  bad(
    "decode.json.rust",
    anyOf([
      /(?:expected value|expected ident)"?(?:,? at|:?,) line:? \d/,
      /expected `.{1,3}`(?:,? or `.{1,3}`)?"?(?:,? at|:?,) line:? \d/,
      /(?:trailing (?:characters|comma)|key must be a string)"?(?:,? at|:?,) line:? \d/,
      /control character \([^)\n]{1,60}\)[^\n]{0,40}"?(?:,? at|:?,) line:? \d/,
      /(?:EOF while parsing [\w ]{1,24}|invalid escape)"?(?:,? at|:?,) line:? \d/,
      /lone (?:leading )?surrogate[\w ]{0,24}"?(?:,? at|:?,) line:? \d/,
      /(?:recursion limit exceeded|invalid number)"?(?:,? at|:?,) line:? \d/,
      /unexpected character: [^\n]{0,24}"?(?:,? at|:?,) line:? \d/,
      /expected (?:`,`|`:`|`\]`|`\}`)[^\n]{0,24}?"?(?:,? at|:?,) line:? \d|unexpected token at ['"]/
    ])
  ),
  bad(
    "decode.sql-json",
    anyOf(
      [
        /invalid input syntax for type json|Incorrect string value: |Invalid JSON text/,
        /invalid (?:byte sequence|Unicode|escape sequence)|malformed JSON/,
        /is not properly formatted\. Unexpected character|null character not permitted|ORA-40441/,
        /unsupported Unicode escape/
      ],
      "i"
    )
  ),
  bad(
    "decode.encoding",
    anyOf(
      [
        /codec can't (?:decode|encode)|invalid (?:continuation|start) byte|invalid UTF-?(?:8|16)/,
        /invalid utf-?8|not valid (?:for encoding )?utf-?8|is not valid UTF/,
        /malformed (?:UTF-8|input around byte)|stream did not contain valid UTF/,
        /specified code page to Unicode|bytes? .{0,40}from specified code page|invalid byte sequence/,
        /invalid multibyte|incompatible character encodings|Incorrectly encoded|not correctly encoded/,
        /contains characters outside of the Latin1|MalformedInputException|URI malformed|malformed URI/,
        /URIError|invalid (?:percent|URL)[- ]?(?:encoding|escape)|UnicodeDecodeError|ill-formed UTF/,
        /illegal UTF-8|incomplete (?:UTF-8|multibyte)|surrogates not allowed|unsupported charset/,
        /encoded data was not valid|Malformed UTF|from ASCII-8BIT to UTF-8|Encoding::|lone surrogate/
      ],
      "i"
    )
  ),
  bad(
    "decode.base64",
    anyOf(
      [
        /base-?64[^\n]{0,60}(?:invalid|illegal|incorrect|malformed|padding|not|character)/,
        /(?:invalid|illegal|incorrect|not|malformed|decode|decoding)[^\n]{0,40}base-?64|Incorrect padding/,
        /binascii\.Error|Input byte array has (?:wrong|incorrect)|Illegal base64/,
        /Invalid (?:symbol|last symbol|byte) \d{1,6}|number of data characters cannot be 1 more/,
        /Last unit does not have enough valid bits|string to be decoded|InvalidCharacterError/,
        /(?:odd-length|Odd number of|non-hexadecimal|Non-hexadecimal) |odd length hex|encoding\/hex/
      ],
      "i"
    )
  ),
  bad(
    "decode.compression",
    anyOf(
      [
        /incorrect (?:header|data|length) check/,
        /invalid (?:stored block|distance|block type|code lengths|bit length|literal\/length)/,
        /invalid (?:window size|deflate|stream)|unexpected end of file|Not (?:in GZIP|a gzip|in gzip)/,
        /gzip: invalid|not in gzip format|invalid (?:gzip|zlib|zip|compressed)|Compressed file ended/,
        /BadGzipFile|BadZipFile|zip file|ZLIB input|while decompressing|zlib\.error/,
        /zlib: (?:invalid|data error)|\bgz\w{4,12}\(\): |unserialize\(\): Error at/,
        /corrupt (?:deflate|input|data|stream|gzip|zip)|snappy|lz4|brotli|zstd|magic number|magic byte/,
        /decompress(?:ion|ing)? (?:failed|error|data)/,
        /Corrupt(?:ed)? (?:data|GZIP|ZIP|record|message|stream)|flate: |Decompression failed/,
        /invalid header signature|invalid (?:data stream|file$)|unknown compression/,
        /No (?:Compressor|Archiver) found|not supported by decoder|magic|end-of-stream marker/,
        /unsupported compression method|crc (?:error|mismatch|check)|CRC checksum/,
        /checksum (?:mismatch|error)|Truncated (?:file|data|input|stream|message|gzip)/
      ],
      "i"
    )
  ),
  bad(
    "decode.xml",
    anyOf(
      [
        /mismatched tag|not well-formed/,
        /XML ?(?:syntax|parse|parsing|document|read|declaration|stream)[^\n]{0,24}(?:error|fail|invalid|structures|malformed)/,
        /matching end-tag|Premature end of (?:file|data)|Content is not allowed in (?:prolog|trailing)/,
        /no element found|Root element is missing|Data at the root level|start tag .{0,80}does not match/,
        /Start tag expected|Unexpected (?:close|closing) tag|Unclosed (?:root )?tag|Unencoded </,
        /Non-whitespace before first tag|Opening and ending tag|unbound prefix|undefined entity/,
        /markup in the document|XmlException|XMLSyntaxError|ExpatError|SAXParse|hexadecimal value 0x/,
        /Invalid character in entity|EntityRef|Text data outside of root/,
        /must be terminated by the matching|no root element|Missing end tag|expected closing tag/,
        /Closing tag|junk after document|Unexpected end of (?:document|stream|xml)/,
        /attributes construct error|has no closing tag|Start-end tags mismatch/
      ],
      "i"
    )
  ),
  bad(
    "decode.csv",
    anyOf(
      [
        /in (?:non-)?quoted-field|wrong number of fields/,
        /Invalid (?:Record Length|Closing Quote|Opening Quote)|Quote Not Closed|line contains NUL/,
        /Error tokenizing data|Expected \d{1,4} fields|Unclosed quoted field|Illegal quoting/,
        /Malformed (?:CSV|line|data)|CSV::MalformedCSV|new-line character seen|CsvMalformed/,
        /extraneous or missing|unexpected end of data.{0,20}csv|BadDataFound/,
        /\bEOF reached before encapsulated token|invalid char between encapsulated token/,
        /CSV (?:parse|error|format)|found record with \d{1,6} fields/
      ],
      "i"
    )
  ),
  bad(
    "decode.yaml",
    anyOf(
      [
        /mapping values are not allowed|found character .{1,20} that cannot start|could not find expected/,
        /while (?:scanning|parsing) a|bad indentation of|YAML(?:Exception|ParseError|SyntaxError|Error)/,
        /yaml: (?:line|unmarshal error|control)|did not find expected|no section headers|invalid TOML/,
        /TOMLDecodeError/
      ],
      "i"
    )
  ),
  bad(
    "decode.protobuf",
    anyOf(
      [
        /wire[- ]?(?:type|format)|InvalidProtocolBuffer|invalid tag|end-group tag|Protocol message/,
        /protocol message,|proto: (?:cannot parse|illegal|wrong|bad|invalid)|Error parsing message/,
        /unexpected end of (?:group|buffer|input|message|data|array|stream)|truncated message/,
        /outside buffer bounds|varint|buffer underflow|BufferUnderflow|index out of range: \d{1,9} \+/,
        /message serialization failure|failed to decode Protobuf|delimited message/,
        /missing required fields: |illegal tag|illegal buffer|premature EOF|Wire type mismatch/,
        /while decoding/
      ],
      "i"
    )
  ),
  bad(
    "decode.avro",
    anyOf(
      [
        /Unknown magic byte|Error deserializing|Can't deserialize data|Malformed data|Length is negative/,
        /avro[^\n]{0,40}(?:decode|deserial|malformed|invalid|truncated)|truncated buffer/,
        /Invalid (?:int|long) encoding|not an avro data file|Not a data file|Invalid (?:Avro|sync)/,
        /cannot read header|Expected \d{1,9} bytes, read \d|Block read partially|RecordDeserialization/,
        /DeserializationException|SerializationException: (?!NUMBER|STRING|Start|Unexpected field)/
      ],
      "i"
    )
  ),
  bad(
    "decode.msgpack",
    anyOf(
      [
        /msgpack|Insufficient data|trailing (?:data|bytes|garbage)|unpack requires (?:a buffer|\d)/,
        /read beyond the end|EndOfStream|outside the bounds of the DataView|gob: |unknown type id/,
        /Unrecognized type byte|unpack\(b\) received|Extra \d{1,9} (?:of|byte)|Never-used byte/,
        /invalid code=|CBORDecode|cbor: |bson(?:: |\.errors|Error)|InvalidBSON|premature end of CBOR/,
        /BufferFullError|unpickl|pickle data was truncated|invalid load key|UnpicklingError/,
        /StreamCorrupted|invalid stream header|marshal data too short|incompatible marshal/
      ],
      "i"
    )
  ),
  bad(
    "decode.general",
    anyOf(
      [
        /\bas reply type byte/,
        inSequence([
          /\b(?:could not|cannot|can not|can't|unable to|failed to|fail to|error|failed) (?:be )?/,
          /(?:parse|parsed|parsing|decode|decoded|decoding|deseriali[sz]e|deseriali[sz]ed|deseriali[sz]ing|unmarshal|unmarshall|unpack|inflate|gunzip|decompress)\b/,
          /(?![^\n]{0,80}(?:value of type|field|url|date|credential|token|jwt|certificate|\bkey\b|at index|"[^"\n]{0,60}" as |does not match|matches?))/
        ])
      ],
      "i"
    )
  ),
  bad(
    "decode.malformed",
    anyOf(
      [
        /\b(?:malformed|truncated|garbled|corrupted|undecodable|unparsable|unparseable|not parseable) (?:payload|message|body|request body|json|xml|input|content|data|event|record)\b/,
        /\b(?:payload|message|body|content) (?:is|was) (?:malformed|truncated|corrupt|not (?:valid )?(?:json|xml|utf)|empty or not)/
      ],
      "i"
    )
  )
]
