/** Values of others in a text of ours: none of them may pass for a line that we wrote. */

/** Control characters, line breaks and what turns the direction of text. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+/gu

/** A value on one line. */
export const oneLine = (value: string): string => value.toWellFormed().replace(unprintable, " ")

/** The lines of a value, each on one line. */
export const linesOf = (value: string): ReadonlyArray<string> => value.split(/\r\n|[\n\r\u2028\u2029]/).map(oneLine)

/** A value of several lines; those after the first are set in, so that none of them reads like a line of ours. */
export const setIn = (value: string): string => linesOf(value).join("\n    ")
