/** A picture of the docs. */
import type { BrowserContextOptions, Page } from "playwright-core"
import type { System } from "../../local/withSystem.ts"

/** A picture: `docs/images/NAME.png`. */
export interface Shot {
  readonly name: string
  /** The window, the colours. */
  readonly options: Pick<BrowserContextOptions, "colorScheme" | "deviceScaleFactor" | "viewport">
  /** Brings the page into the state to show, and takes it, as PNG. */
  readonly take: (page: Page, system: System) => Promise<Buffer>
}
