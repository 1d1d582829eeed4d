/**
 * HTTP statuses, and where in a text a number is one: `503` in `row 503` is not.
 * @see https://www.iana.org/assignments/http-status-codes/http-status-codes.xhtml
 */
import type { FailureClass } from "../FailureClass.ts"

const special: Readonly<Record<number, FailureClass>> = {
  401: "AuthFailure",
  403: "AuthFailure",
  // A method that the peer does not know is the caller's defect, not the message's.
  405: "Unknown",
  407: "AuthFailure",
  408: "Timeout",
  419: "AuthFailure",
  421: "DependencyFailure",
  423: "DependencyFailure",
  425: "DependencyFailure",
  429: "DependencyFailure",
  440: "AuthFailure",
  498: "AuthFailure",
  499: "Timeout",
  501: "Unknown",
  504: "Timeout",
  511: "AuthFailure",
  522: "Timeout",
  524: "Timeout",
  598: "Timeout",
  599: "Timeout"
}

/** The class of an HTTP status; `undefined` for one that is no failure. */
export const httpStatusClass = (status: number): FailureClass | undefined =>
  special[status] ??
  (status >= 500 && status <= 599
    ? "DependencyFailure"
    : status >= 400 && status <= 499
      ? "ValidationError"
      : undefined)

/** 400, 404, 409, 422 and their like say that the request is wrong, not how: what stands beside them may be more specific. */
export const isSoftStatus = (status: number): boolean => status === 405 || httpStatusClass(status) === "ValidationError"

const reasonPhrases =
  "Bad Request|Unauthori[sz]ed|Authorization Required|Payment Required|Forbidden|(?:Page )?Not Found|Method Not Allowed|Not Acceptable|" +
  "Proxy Authentication Required|Request Time-?out|Conflict|Gone|Length Required|Precondition Failed|(?:Payload|Content|Request Entity) Too Large|" +
  "(?:Request-)?URI Too Long|Unsupported Media Type|Range Not Satisfiable|Expectation Failed|Misdirected Request|Unprocessable(?: Entity| Content)?|Locked|" +
  "Failed Dependency|Too Early|Upgrade Required|Precondition Required|Too Many Requests|Request Header Fields Too Large|" +
  "Internal (?:Server )?Error|Not Implemented|Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out|HTTP Version Not Supported|" +
  "Insufficient Storage|Loop Detected|Network Authentication Required|Web Server|Connection timed out|Client Error|Server Error|Over Quota|Origin"

const places = [
  /(?:\b|http)status(?:[ _-]?code)?["']?\s?(?:of|is|was|:|=|=>|->)?\s?["'(]?([1-5]\d\d)\b/i,
  /\bHTTP(?:S|\/\d(?:\.\d)?)?["']?[\s:=-]{1,3}(?:error|status|code|response)?[\s:=-]{0,2}(?:code)?[\s:=-]{0,2}([1-5]\d\d)\b(?!\.\d)/i,
  new RegExp(`(?<![\\w.:/-])\\(?([45]\\d\\d)\\)?[\\s:,-]{1,3}\\(?(?:${reasonPhrases})`, "i"),
  /\b(?:response|error|http|return(?:ed)?|result)[ _-]?code["']?\s?(?:of|is|was|:|=)?\s?["'(]?([1-5]\d\d)\b(?!\d|\.)/i,
  /\b(?:responded|replied|returned|answered|failed|rejected|received|got|gave|unexpected response)(?: back)?(?: with| by)?(?: an?| the)?(?: unexpected| non-2xx| non-200)?(?: http)?(?: error| status| response| code)?(?:[:,])? ([45]\d\d)\b(?! ?(?:ms|milli|sec|bytes|rows|items|records|messages|times|entries|of\b|\w*s\b))/i,
  /(?:https?:\/\/\S{1,400}|\b(?:GET|POST|PUT|PATCH|DELETE|HEAD) \/\S{0,400})(?: ?(?:->|=>|:|-|,))? ([45]\d\d)(?![\w.])/,
  /\bAn error occurred \(([45]\d\d)\) when calling/,
  /\bcode["']?\s?[:=]\s?["']?([45]\d\d)\b(?!\d)/i,
  /^(?:\w{0,24}(?:Error|Exception): )?\(?([45]\d\d)\)?(?:$|[\s:,-])/,
  /\berror["']?\s?[:=(]{0,2}\s?([45]\d\d)\)?(?:$|[\s:,])/i,
  /\[HTTP ([45]\d\d)\]|\[([45]\d\d)\]/
] as const

/** The HTTP status that a text tells, where the context says that the number is one. */
export const httpStatusIn = (text: string): number | undefined => {
  for (const place of places) {
    const match = place.exec(text)
    const number = Number(match?.[1] ?? match?.[2])
    if (number >= 400 && number <= 599) return number
  }
  return undefined
}

const named: ReadonlyArray<readonly [RegExp, number]> = [
  [/^(?:Error: )?Unauthori[sz]ed\.?$/i, 401],
  [/^(?:Error: )?(?:403 )?Forbidden\.?$/i, 403],
  [/^(?:Error: )?Request Time-?out\.?$/i, 408],
  [/^(?:Error: )?Too Many Requests\.?$/i, 429],
  [/^(?:Error: )?Bad Request\.?$/i, 400],
  [/^(?:Error: )?Unprocessable (?:Entity|Content)\.?$/i, 422],
  [/^(?:Error: )?Conflict\.?$/i, 409],
  [/^(?:Error: )?Not Found\.?$/i, 404],
  [/^(?:Error: )?Internal Server Error\.?$/i, 500],
  [/^(?:Error: )?Bad Gateway\.?$/i, 502],
  [/^(?:Error: )?Service (?:Temporarily )?Unavailable\.?$/i, 503],
  [/^(?:Error: )?Gateway Time-?out\.?$/i, 504]
]

/** The status whose reason phrase is the whole text: `Service Unavailable`. */
export const statusOfReasonPhrase = (text: string): number | undefined =>
  text.length > 64 ? undefined : named.find(([phrase]) => phrase.test(text.trim()))?.[1]
