/**
 * What happens when somebody clicks: CloudWatch's `cwdb-action`, which belongs to the element right before it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
 */
import { type Child, element, Html, together } from "./html.ts"

/** What a call hands to its function: names and times, nothing of a message's own. */
export type ActionParameters = Readonly<Record<string, string | boolean | undefined>>

/** A call of a function. */
export interface WidgetCall {
  readonly functionArn: string
  readonly parameters: ActionParameters
  /** Asked before the call. @default nothing is asked */
  readonly confirmation?: string | undefined
  /** Where the answer is shown. @default in a popup */
  readonly display?: "popup" | "widget" | undefined
  /** Whether the button stands out. @default false */
  readonly primary?: boolean | undefined
}

/** JSON as the content of an element: quotes as AWS's own examples have them, and nothing that could be taken for HTML. */
const jsonContent = (parameters: ActionParameters): Html =>
  new Html(
    JSON.stringify(parameters).replace(
      /[^\w\s"{}:,.+/-]/gu,
      (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`
    )
  )

/** A button that calls a function with the viewer's own credentials. */
export const callButton = (
  label: string,
  { functionArn, parameters, confirmation, display = "popup", primary = false }: WidgetCall
): Html =>
  together(
    element("a", { class: primary ? "btn btn-primary" : "btn" }, label),
    element("cwdb-action", { action: "call", endpoint: functionArn, display, confirmation }, jsonContent(parameters))
  )

/** A link that opens a popup, whose content comes with it. */
export const popupLink = (label: string, ...content: ReadonlyArray<Child>): Html =>
  together(element("a", {}, label), element("cwdb-action", { action: "html", display: "popup" }, ...content))
