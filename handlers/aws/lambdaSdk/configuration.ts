/**
 * The SDK's settings of a function (region, retry mode, endpoints …): those of its environment, else the SDK's defaults. In a
 * bundle this stands in the place of the SDK's own reader, which looks for configuration files at each cold start, where
 * Lambda has none, and makes two errors for each setting that nobody has set.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 */

/** How the SDK finds one setting. */
export interface SettingSelectors<Value> {
  /** The setting in an environment; throws on a value that is none. */
  readonly environmentVariableSelector: (
    environment: Readonly<Record<string, string | undefined>>,
    options: { readonly signingName?: string | undefined }
  ) => Value | undefined
  /** The setting where the environment has none. */
  readonly default: Value | (() => Value | Promise<Value>)
}

const isGetter = <Value>(value: Value | (() => Value | Promise<Value>)): value is () => Value | Promise<Value> =>
  typeof value === "function"

/**
 * Reads a setting when it is first asked for, once. A value in the environment that is none is passed over, as by the SDK.
 *
 * @returns What rejects with the error of the default, e.g. where a region is missing.
 */
export const loadConfig = <Value>(
  { environmentVariableSelector, default: otherwise }: SettingSelectors<Value>,
  options: { readonly signingName?: string | undefined } = {}
): (() => Promise<Value>) => {
  let setting: Promise<Value> | undefined
  const inEnvironment = (): Value | undefined => {
    try {
      return environmentVariableSelector(process.env, options)
    } catch {
      return undefined
    }
  }
  const load = async (): Promise<Value> => inEnvironment() ?? (isGetter(otherwise) ? otherwise() : otherwise)
  return () => (setting ??= load())
}

/** Where nobody has told a region, the SDK asks the instance that it runs on: a function has none to ask. */
export const getInstanceMetadataRegion = async (): Promise<undefined> => undefined
