/**
 * Takes secrets out of text before it enters evidence, ledger, archive or alert. Errors of drivers and HTTP clients
 * like to quote connection strings, headers and request bodies.
 */

const mark = "[redacted]"

/** Names whose value is a secret, in `name=value`, `name: value`, `"name":"value"` and query strings. */
const secretName =
  "(?:pass(?:word|wd|phrase)?|pwd|secret|(?:client|shared|app)[-_ ]?secret|secret[-_ ]?(?:access[-_ ]?)?key|api[-_ ]?key|" +
  "private[-_ ]?key|account[-_ ]?key|shared[-_ ]?access[-_ ]?key|aws[-_]?secret[-_]?access[-_]?key|" +
  "(?:access|refresh|id|auth|session|security|bearer|csrf)?[-_ ]?token|x-amz-(?:signature|security-token|credential)|signature|" +
  "x-api-key|cookie|set-cookie|card[-_ ]?number|cvv|cvc|ssn)"

/**
 * The value ends at white space, a quote, or a separator; a quoted one may hold anything but that quote. What is redacted
 * already is left alone: a text that is redacted twice, as evidence that is written anew, stays the same.
 */
const namedSecret = new RegExp(
  `(?<![A-Za-z])(${secretName}\\\\?["']?\\s{0,3}(?:=|:)\\s{0,3})(?!\\[redacted\\])(?:\\\\?"[^"\\\\]{1,4096}\\\\?"|'[^'\\\\]{1,4096}'|[^\\s"',;&<>)}\\]\\\\]{1,4096})`,
  "gi"
)

/** What drivers print instead of a secret: `(using password: YES)`. */
const notASecret =
  /^\s*["']?(?:yes|no|true|false|null|undefined|none|missing|required|expired|invalid|string|\[redacted\]|\*+)["']?$/i

const luhn = (digits: string): boolean => {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    sum += index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return sum % 10 === 0
}

/** Runs of 15–19 digits go whatever they are; 13 and 14 only where the check digit is right (13 may be a time stamp). */
const cardNumber = (run: string): string => {
  const digits = run.replace(/\D/g, "")
  return digits.length >= 15 || luhn(digits) ? mark : run
}

const isAwsSecretKey = (run: string): boolean => /[A-Z]/.test(run) && /[a-z]/.test(run) && /[0-9]/.test(run)

/**
 * The text with each secret replaced by `[redacted]`: passwords, tokens, API keys, bearer and basic credentials,
 * credentials in URLs, JWTs, AWS access keys, PEM private keys, and digit runs that look like card numbers.
 * Total and linear in the length of the text.
 */
export const redactSecrets = (text: string): string =>
  text
    .replace(/-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[^-]{0,8192}(?:-----END [A-Z ]{0,32}PRIVATE KEY-----)?/g, mark)
    .replace(/(:\/\/[^\s/:@"']{0,128}:)[^\s/@"']{1,512}@/g, `$1${mark}@`)
    .replace(/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{6,4096}\.[A-Za-z0-9_-]{2,8192}(?:\.[A-Za-z0-9_-]{0,4096})?/g, mark)
    .replace(
      /\b(bearer|basic|negotiate)(\s{1,3})[A-Za-z0-9._~+/=-]{8,8192}/gi,
      (_, scheme: string, space: string) => scheme + space + mark
    )
    .replace(namedSecret, (all: string, name: string) => (notASecret.test(all.slice(name.length)) ? all : name + mark))
    .replace(/(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,20}(?![A-Za-z0-9])/g, mark)
    .replace(
      /(?<![A-Za-z0-9])(?:(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9*]{8,256}|gh[pousr]_[A-Za-z0-9]{20,256}|github_pat_\w{20,256}|glpat-[\w-]{16,128}|xox[abeoprs]-[A-Za-z0-9-]{8,256}|AIza[\w-]{30,64}|npm_[A-Za-z0-9]{30,64})/g,
      mark
    )
    .replace(/(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g, (run) => (isAwsSecretKey(run) ? mark : run))
    .replace(/(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])/g, cardNumber)
