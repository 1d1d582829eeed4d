/** What a person does about an alert: in words, and the command to begin with. */
import type { Alert } from "./Alert.ts"
import { oneLine } from "./plainText.ts"

/** What to do about it, in a sentence or two. */
export const whatToDo = (alert: Alert): string => {
  const dependency = alert.dependency === undefined ? "" : ` of ${alert.dependency}`
  const replay =
    alert.status === "awaiting-operator"
      ? "then replay the messages of this class."
      : "then replay this message, and those with its fingerprint."
  switch (alert.class) {
    case "AuthFailure":
      return `Mend the credential or permission${dependency} that was refused, ${replay}`
    case "Timeout":
    case "DependencyFailure":
      return `It did not heal in time. Wait until the dependency${dependency === "" ? "" : ` (${alert.dependency})`} answers, ${replay}`
    case "ValidationError":
    case "BadPayload":
      return "Tell the sender: the message itself is wrong. Replay it only with an edit that mends it."
    case "Unknown":
      return `It is a defect or a crash. Find it in the log, mend it, ${replay}`
    default:
      return alert.status === "awaiting-operator"
        ? `Mend the cause, ${replay}`
        : `Look at the archived message, mend the cause, ${replay}`
  }
}

/** For a shell, whatever is in it. */
const quoted = (value: string): string => `'${oneLine(value).replaceAll("'", "'\\''")}'`

/** The command that shows the archived message and all that is known of its failure; `undefined` where nothing is archived. */
export const nextCommand = ({ archiveBucket, archiveKey, region }: Alert): string | undefined =>
  archiveBucket === undefined || archiveKey === undefined
    ? undefined
    : `aws s3 cp ${quoted(`s3://${archiveBucket}/${archiveKey}`)} -${region === undefined ? "" : ` --region ${quoted(region)}`}`
