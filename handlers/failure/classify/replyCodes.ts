/**
 * Reply codes of protocols that number their answers in their own way: SMTP, FTP, AMQP, LDAP and ZooKeeper. Their numbers look like
 * HTTP statuses or gRPC codes and mean something else: SMTP's 450 passes, its 550 does not.
 * @see https://www.rfc-editor.org/rfc/rfc3463
 * @see https://www.rabbitmq.com/amqp-0-9-1-reference#constants
 * @see https://www.rfc-editor.org/rfc/rfc4511#appendix-A
 */
import type { FailureClass } from "../FailureClass.ts"
import { codeTable } from "./codeTable.ts"

/** Mail: 4yz is transient, 53z and x.7.z are about credentials and permission, the rest of 5yz about the message. */
const mailClass = (reply: string, enhanced: string | undefined): FailureClass =>
  reply.startsWith("4")
    ? /^4\.7\.8/.test(enhanced ?? "") || reply === "454"
      ? "AuthFailure"
      : "DependencyFailure"
    : /^53[0458]$/.test(reply) || /^5\.7\./.test(enhanced ?? "")
      ? "AuthFailure"
      : reply === "554" && enhanced === undefined
        ? "DependencyFailure"
        : "ValidationError"

const mailIn = (text: string): FailureClass | undefined => {
  const enhanced = /(?<![\w.])\(?([45]\d\d)(?:, b?['"]|[ -]#?)([45]\.\d{1,3}\.\d{1,3})\b/.exec(text)
  const plain = enhanced ?? /\bSMTP\w{2,40}: \(([45]\d\d), b?['"]/.exec(text)
  return plain?.[1] === undefined ? undefined : mailClass(plain[1], plain[2])
}

const files = codeTable({
  AuthFailure: "430 530 532",
  DependencyFailure: "421 425 426 434 450 451 452 552",
  ValidationError: "553",
  Unknown: "500 501 502 503 504"
})

const filesIn = (text: string): FailureClass | undefined => {
  const reply =
    /\bftp\w{0,12}\.\w{2,40}: ([45]\d\d)[ -]/i.exec(text)?.[1] ??
    /\bFTP\w{0,24}(?:Error|Exception): ([45]\d\d)[ -]/.exec(text)?.[1] ??
    /^(42[56]) (?:Can't open|Connection closed)/i.exec(text)?.[1]
  return reply === undefined ? undefined : files.get(reply)
}

const brokers = codeTable({
  AuthFailure: "ACCESS-REFUSED NOT-ALLOWED amqp:unauthorized-access",
  ValidationError: "CONTENT-TOO-LARGE amqp:link:message-size-exceeded",
  DependencyFailure:
    "CONNECTION-FORCED RESOURCE-LOCKED RESOURCE-ERROR INTERNAL-ERROR NO-CONSUMERS amqp:resource-limit-exceeded amqp:connection:forced amqp:internal-error amqp:link:detach-forced amqp:link:stolen",
  Unknown:
    "NOT-FOUND PRECONDITION-FAILED FRAME-ERROR SYNTAX-ERROR COMMAND-INVALID CHANNEL-ERROR UNEXPECTED-FRAME NOT-IMPLEMENTED NO-ROUTE amqp:not-found amqp:not-implemented"
})

const brokersIn = (text: string): FailureClass | undefined => {
  const name =
    /\b\d{3},? ?\(([A-Z]{2,12}(?:-[A-Z]{2,12}){1,2})\)/.exec(text)?.[1] ??
    /\breply-?code[=:] ?\d{3}, reply-?text[=:] ?["']?([A-Z]{2,12}(?:_[A-Z]{2,12}){1,2})\b/i.exec(text)?.[1] ??
    /\((?:\d{3}), ["']([A-Z]{2,12}(?:_[A-Z]{2,12}){1,2}) - /.exec(text)?.[1] ??
    /\b(amqp:[a-z][a-z:-]{2,40}[a-z])\b/.exec(text)?.[1]
  return name === undefined ? undefined : brokers.get(name.toLowerCase().replaceAll("_", "-"))
}

const directory = codeTable({
  AuthFailure: "7 8 13 48 49 50 123",
  ValidationError: "16 17 18 19 20 21 34 64 65 66 67 68 69 71",
  Timeout: "3 85",
  DependencyFailure: "4 11 51 52 80 81 82 91",
  Unknown: "1 2 32 53"
})

const directoryIn = (text: string): FailureClass | undefined => {
  const number =
    /\bLDAP: error code (\d{1,3})\b/.exec(text)?.[1] ??
    /\bLDAP\w{2,60}Result - (\d{1,3}) - /.exec(text)?.[1] ??
    /\bLDAP Result Code (\d{1,3})\b/.exec(text)?.[1]
  return number === undefined ? undefined : directory.get(number)
}

const keepers = codeTable({
  AuthFailure: "NoAuth AuthFailed InvalidACL",
  ValidationError: "NodeExists BadVersion BadArguments",
  Timeout: "OperationTimeout",
  DependencyFailure: "ConnectionLoss Session SessionExpired SessionMoved NotReadOnly ThrottledOp",
  Unknown: "NoNode NotEmpty Unimplemented"
})

const keepersIn = (text: string): FailureClass | undefined => {
  const name = /\bKeeperErrorCode = (\w{2,32})/.exec(text)?.[1]
  return name === undefined ? undefined : keepers.get(name.toLowerCase())
}

/** The class of a protocol's reply inside a text, where the text shows which protocol speaks. */
export const replyClassIn = (text: string): FailureClass | undefined =>
  mailIn(text) ?? filesIn(text) ?? brokersIn(text) ?? directoryIn(text) ?? keepersIn(text)
