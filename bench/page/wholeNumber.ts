/** Reads a whole number from the command line; ends the process with code 2 and a sentence where it is none. */
export const wholeNumber = (
  option: string,
  text: string | undefined,
  otherwise: number,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number }
): number => {
  const value = text === undefined ? otherwise : Number(text)
  if (text?.trim() !== "" && Number.isInteger(value) && value >= minimum && value <= maximum) return value
  process.stderr.write(`--${option} is a whole number from ${minimum} to ${maximum}; given was "${text}".\n`)
  process.exit(2)
}
