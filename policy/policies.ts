/** All rules of the pack. Another pack may take them into its own. */
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy"
import { alarmRules } from "./rules/alarms.ts"
import { deadLetterRules } from "./rules/deadLetters.ts"
import { distributionRules } from "./rules/distributions.ts"
import { encryptionRules } from "./rules/encryption.ts"
import { functionRules } from "./rules/functions.ts"
import { privilegeRules } from "./rules/privileges.ts"
import { publicAccessRules } from "./rules/publicAccess.ts"
import { retentionRules } from "./rules/retention.ts"
import { transportRules } from "./rules/transport.ts"

/** The rules, by subject. */
export const policies: readonly (ResourceValidationPolicy | StackValidationPolicy)[] = [
  ...encryptionRules,
  ...transportRules,
  ...distributionRules,
  ...publicAccessRules,
  ...privilegeRules,
  ...deadLetterRules,
  ...alarmRules,
  ...retentionRules,
  ...functionRules
]
