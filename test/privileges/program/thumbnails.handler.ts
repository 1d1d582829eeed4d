/** A function that somebody else owns: it takes what it is invoked with. */
export const handler = async (): Promise<void> => undefined
