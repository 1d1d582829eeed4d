/**
 * The SDK's own hashes in JavaScript, for where Node was built without its own. In a bundle this stands in their place:
 * Lambda's Node has them.
 */

/** Refuses to hash. */
class MissingHash {
  constructor() {
    throw new Error("This Node has no hashes of its own; bundles are made without the SDK's.")
  }
}

export { MissingHash as Crc32Js, MissingHash as Md5Js, MissingHash as Sha256Js }
