/** What is done about orders that fail. Data only: the stack reads it as the healer's configuration. */
import { defaultRecoveryPolicy, type RecoveryPolicy } from "../recovery/RecoveryPolicy.ts"

/** The defaults: an order's failures are exactly the built-in classes. */
export const orderRecovery: RecoveryPolicy = defaultRecoveryPolicy
