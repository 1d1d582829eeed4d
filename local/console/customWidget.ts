/**
 * Custom widgets of a dashboard: CloudWatch invokes a function and shows the HTML that it answers with. So does the
 * console; what of the HTML is shown is decided in the page.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard.html
 */
import type { LambdaService } from "../lambda/LambdaService.ts"
import type { Widget } from "./dashboard/dashboards.ts"

/** Which widget, in which state of the page. */
export interface WidgetCall {
  readonly dashboard: string
  readonly index: number
  readonly from: number
  readonly to: number
  readonly theme: "light" | "dark"
  /** In pixels. */
  readonly width: number
  readonly height: number
  /** Values of the widget's form fields, by name. */
  readonly forms: Readonly<Record<string, string>>
  /** What a `<cwdb-action>` calls, where it was one. */
  readonly action?: { readonly endpoint: string; readonly parameters: Readonly<Record<string, unknown>> } | undefined
}

/** What a function has answered. */
export type WidgetAnswer =
  | { readonly kind: "html"; readonly html: string }
  | { readonly kind: "markdown"; readonly markdown: string }
  | { readonly kind: "failed"; readonly reason: string }

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}

const answerOf = (payload: unknown): WidgetAnswer => {
  if (typeof payload === "string") return { kind: "html", html: payload }
  const { markdown } = recordOf(payload)
  if (typeof markdown === "string") return { kind: "markdown", markdown }
  return { kind: "markdown", markdown: `\`\`\`\n${JSON.stringify(payload, undefined, 2) ?? ""}\n\`\`\`` }
}

/** Invokes the function of a widget, with what CloudWatch gives it. */
export const callWidget = async (
  lambda: Pick<LambdaService, "invoke">,
  accountId: string,
  { properties }: Pick<Widget, "properties">,
  call: WidgetCall
): Promise<WidgetAnswer> => {
  const endpoint = call.action?.endpoint ?? properties["endpoint"]
  if (typeof endpoint !== "string") return { kind: "failed", reason: "The widget names no function." }
  const own = recordOf(properties["params"])
  const event = {
    ...own,
    ...call.action?.parameters,
    widgetContext: {
      dashboardName: call.dashboard,
      widgetId: `widget-${call.index}`,
      accountId,
      locale: "en",
      timezone: { label: "UTC", offsetISO: "+00:00", offsetInMinutes: 0 },
      period: 60,
      isAutoPeriod: true,
      timeRange: { mode: "absolute", start: call.from, end: call.to, relativeStart: call.to - call.from },
      theme: call.theme,
      linkCharts: true,
      title: String(properties["title"] ?? ""),
      params: own,
      forms: { all: call.forms },
      width: call.width,
      height: call.height
    }
  }
  try {
    const { payload, error } = await lambda.invoke(endpoint, event)
    return error === undefined ? answerOf(payload) : { kind: "failed", reason: error.errorMessage }
  } catch (error) {
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error) }
  }
}
