/** The policy pack, as `pulumi up --policy-pack policy` starts it. */
import { PolicyPack } from "@pulumi/policy"
import { policies } from "./policies.ts"

new PolicyPack("resilient-queue", {
  displayName: "ResilientQueue",
  description: "What a program made with ResilientQueue promises, as rules for any program",
  enforcementLevel: "mandatory",
  provider: "AWS",
  policies: [...policies]
})
