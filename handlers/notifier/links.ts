/** The pages that a notice leads to. */
import { consoleHost } from "../healer/logLink.ts"
import type { Alarm, Notice } from "./Notice.ts"

/** A page and what it is. */
export interface Link {
  readonly href: string
  readonly text: string
}

/** Nothing but a web page over TLS, without white space or what could end a link. */
const isPage = (href: string): boolean => /^https:\/\/[^\s<>|"`\\]{1,2000}$/.test(href) && URL.canParse(href)

const alarmPage = ({ AlarmArn, AlarmName }: Alarm): string | undefined => {
  const region = /^arn:[\w-]+:cloudwatch:([a-z\d-]+):/.exec(AlarmArn)?.[1]
  return region === undefined
    ? undefined
    : `https://${consoleHost(region)}/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(AlarmName.toWellFormed())}`
}

const runbookPage = ({ AlarmDescription }: Alarm): string | undefined =>
  /\bRunbook: (\S+)$/.exec(AlarmDescription ?? "")?.[1]

/** The pages of a notice; what is no page over TLS is left out. */
export const linksOf = (notice: Notice): ReadonlyArray<Link> => {
  const candidates: ReadonlyArray<readonly [string, string | undefined]> =
    notice.kind === "alert"
      ? [["Log of the failure", notice.alert.logUrl]]
      : notice.kind === "alarm"
        ? [
            ["Runbook", runbookPage(notice.alarm)],
            ["Alarm", alarmPage(notice.alarm)]
          ]
        : []
  return candidates.flatMap(([text, href]) => (href !== undefined && isPage(href) ? [{ text, href }] : []))
}
