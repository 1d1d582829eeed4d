/** An order by zod, with the rules of ours. */
import { z } from "zod"

const unprintable = /[\p{Cc}\p{Cs}\uFFFD]/u

const text = (maxLength: number) =>
  z
    .string()
    .refine(
      (value) =>
        value.length <= 2 * maxLength &&
        [...value].length <= maxLength &&
        value.trim() !== "" &&
        !unprintable.test(value),
      { error: `1 to ${maxLength} printable characters` }
    )

/** An order. */
export const orderSchema = z.object({
  orderId: z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/),
  userId: text(128).default("anonymous"),
  itemName: text(200),
  quantity: z.int().min(1).max(10_000),
  status: text(64).default("new"),
  timestamp: z
    .string()
    .refine(
      (value) =>
        /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(value) &&
        !Number.isNaN(Date.parse(value)),
      { error: "an ISO 8601 time with a zone" }
    )
    .optional()
})
