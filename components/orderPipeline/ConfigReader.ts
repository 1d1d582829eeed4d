/** Reads the keys of one project's configuration, each with its type and range. */
import * as pulumi from "@pulumi/pulumi"
import { integerIn, oneOf, type Range, refusal } from "../validation.ts"

/** One project's configuration. What is missing, unknown or wrong fails with one sentence that names the key. */
export class ConfigReader {
  readonly #config: pulumi.Config
  readonly #project: string

  /**
   * @param keys every key that the project knows.
   * @throws for a key in the project's namespace that is not among them, naming it and them.
   */
  constructor(project: string, keys: readonly string[]) {
    this.#config = new pulumi.Config(project)
    this.#project = project
    const unknown = Object.keys(pulumi.runtime.allConfig())
      .filter((key) => key.startsWith(`${project}:`))
      .map((key) => key.slice(project.length + 1))
      .find((key) => !keys.includes(key))
    if (unknown !== undefined) {
      throw new pulumi.RunError(`${project}:${unknown} is not a configuration key; the keys are ${keys.join(", ")}.`)
    }
  }

  /** A whole number, if there is one. */
  integer(key: string, range: Range): number | undefined
  /** A whole number, or the default. */
  integer(key: string, range: Range, otherwise: number): number
  integer(key: string, range: Range, otherwise?: number): number | undefined {
    const text = this.text(key)
    if (text === undefined) return otherwise
    if (!/^-?\d+$/.test(text)) {
      throw refusal(this.#project, key, text, `a whole number from ${range.minimum} to ${range.maximum}`)
    }
    return integerIn(this.#project, key, Number(text), range)
  }

  /** One of a few values; the default, if there is one, where it is missing. */
  word<const Allowed extends string>(key: string, allowed: readonly Allowed[], otherwise?: Allowed): Allowed {
    const text = this.text(key) ?? otherwise
    if (text === undefined) throw this.missing(key, `one of ${allowed.join(", ")}`)
    return oneOf(this.#project, key, text, allowed)
  }

  /** One of a few numbers, or the default. */
  numberOf<const Allowed extends number>(key: string, allowed: readonly Allowed[], otherwise: Allowed): Allowed {
    const text = this.text(key)
    return text === undefined ? otherwise : oneOf(this.#project, key, Number(text), allowed)
  }

  /** `true` or `false`; false where it is missing. */
  flag(key: string): boolean {
    return this.word(key, ["true", "false"], "false") === "true"
  }

  /** A list of texts, none of them empty; none where it is missing. */
  texts(key: string): readonly string[] {
    const value = this.json(key)
    if (value === undefined) return []
    if (Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "")) return value
    throw refusal(this.#project, key, value, "a list of texts")
  }

  /** Structured data, if there is any. */
  json(key: string): unknown {
    const text = this.text(key)
    if (text === undefined) return undefined
    try {
      return JSON.parse(text)
    } catch {
      throw refusal(this.#project, key, text, "a list or an object")
    }
  }

  /** A URL with one of these protocols, if there is one. */
  url(key: string, protocols: readonly string[]): string | undefined {
    const text = this.text(key)
    if (text === undefined) return undefined
    const protocol = URL.canParse(text) ? new URL(text).protocol : undefined
    if (protocol !== undefined && protocols.includes(protocol)) return text
    throw refusal(this.#project, key, text, `a URL that starts with ${protocols.join("// or ")}//`)
  }

  /** Any text, if there is one. */
  text(key: string): string | undefined {
    const text = this.#config.get(key)
    return text === "" ? undefined : text
  }

  /** A secret, if there is one; it stays secret in the stack's state. */
  secret(key: string): pulumi.Output<string> | undefined {
    return this.#config.getSecret(key)
  }

  /**
   * The text of a secret whose structure decides what is made, if there is one. Whoever asks for it keeps what is secret in it:
   * `pulumi.secret` for what goes on, and no sentence that quotes it.
   */
  secretText(key: string): string | undefined {
    const text = pulumi.runtime.getConfig(`${this.#project}:${key}`)
    return text === "" ? undefined : text
  }

  /** The error for a key that is needed. */
  missing(key: string, allowed: string): pulumi.RunError {
    return new pulumi.RunError(`${this.#project}: ${key} is missing; it must be ${allowed}.`)
  }

  /** The error for a key whose value says so itself. */
  wrong(key: string, sentence: string): pulumi.RunError {
    return new pulumi.RunError(`${this.#project}: ${key} is refused. ${sentence}`)
  }
}
