/** What a function gets where the caller gave nothing. */

/** 512 MiB: a bundled function with the AWS SDK is CPU-bound while it starts, and CPU comes with memory. */
export const defaultMemorySizeMegabytes = 512

/** Long enough to investigate last month's failures. */
export const defaultLogRetentionDays = 30
