/** Text measured and cut as SQS counts it. */

/** The length of a text in UTF-8 bytes; a lone surrogate counts as U+FFFD, as encoders write it. */
export const utf8Length = (text: string): number => Buffer.byteLength(text, "utf8")

const isLowSurrogate = (text: string, index: number): boolean => (text.charCodeAt(index) & 0xfc00) === 0xdc00

const isHighSurrogate = (text: string, index: number): boolean => (text.charCodeAt(index) & 0xfc00) === 0xd800

/** The first `maxLength` UTF-16 units of a text, one less where that would split a surrogate pair. */
export const cutText = (text: string, maxLength: number): string =>
  text.length <= maxLength
    ? text
    : text.slice(
        0,
        maxLength > 0 && isHighSurrogate(text, maxLength - 1) && isLowSurrogate(text, maxLength)
          ? maxLength - 1
          : maxLength
      )
