/** What AWS documents about SNS. */
import type { Expectation } from "../Expectation.ts"
import { snsDeliveryExpectations } from "./sns/delivery.ts"
import { snsPublishingExpectations } from "./sns/publishing.ts"

/** Every expectation about SNS. */
export const snsExpectations: ReadonlyArray<Expectation> = [...snsDeliveryExpectations, ...snsPublishingExpectations]
