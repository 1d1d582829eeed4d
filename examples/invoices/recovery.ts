/** What is done about an invoice that fails: one definition for the stack (the healer) and the handler (the compiler). */
import { recoveryPolicy } from "resilient-queue/RecoveryPolicy"

/** The defaults, a class of our own, and more patience with a slow accounting system. */
export const recovery = recoveryPolicy({
  CreditLimitExceeded: { action: "alert" },
  Timeout: {
    action: "heal",
    backoff: { baseSeconds: 60, factor: 2, capSeconds: 3600 },
    maxAttempts: 10,
    maxAgeSeconds: 86_400
  }
})
