/** Chance without a random source: the same seed and the same name draw the same number, on every machine. */

/**
 * A number in [0, 1) for a seed and a name, as evenly spread as a hash makes it. Names that differ in one digit draw
 * numbers that have nothing in common.
 */
export const draw = (seed: number, name: string): number => {
  // FNV-1a, then the finaliser of MurmurHash3: neighbouring names differ in the last bits only, and are scattered by it.
  let hash = 0x811c9dc5 ^ Math.imul(seed | 0, 0x9e3779b1)
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
