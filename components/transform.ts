/** The way out of a component's choices: one typed change of the arguments of a child. */

/**
 * Either properties that replace the child's own, or a function from its arguments to those that it shall have.
 *
 * @example
 * { tags: { team: "billing" } }
 * @example
 * (args) => ({ ...args, receiveWaitTimeSeconds: 20 })
 */
export type Transform<Args> = Partial<Args> | ((args: Args) => Args)

/** A child's arguments after the caller's transform, if there is one. */
export const applyTransform = <Args extends object>(transform: Transform<Args> | undefined, args: Args): Args => {
  if (transform === undefined) return args
  return typeof transform === "function" ? transform(args) : { ...args, ...transform }
}
