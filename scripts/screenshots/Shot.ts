/** Pictures of the docs. */
import type { BrowserContextOptions, Page } from "playwright-core"
import type { System, SystemOptions } from "../../local/withSystem.ts"

/** A picture: `docs/images/NAME.png`. */
export interface Picture {
  readonly name: string
  /** As PNG. */
  readonly image: Buffer
}

/** Pictures that are taken one after the other, on one page of a system that is theirs alone. */
export interface Shot {
  readonly name: string
  /** Values that take precedence over the stack file's. @default none */
  readonly config?: SystemOptions["config"]
  /** The window, the colours. */
  readonly options: Pick<BrowserContextOptions, "colorScheme" | "deviceScaleFactor" | "reducedMotion" | "viewport">
  /** Brings the page into the states to show, and takes them. */
  readonly take: (page: Page, system: System) => AsyncIterable<Picture>
}
