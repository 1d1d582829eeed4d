/** The figures of a deployment, as rows and as tables. */
import { markdownTable } from "../page/table.ts"
import type { Deployment } from "./measure.ts"

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)

const ofAws = (resources: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
  new Map([...resources].filter(([type]) => type.startsWith("aws:")))

/** Rows with `name` and the figures. */
export const deploymentRows = ({ evaluateMilliseconds, bundles, resources, differences }: Deployment) => [
  { name: "evaluate", milliseconds: evaluateMilliseconds },
  ...bundles.map(({ entry, ...figures }) => ({ name: entry, ...figures })),
  {
    name: "resources",
    count: sum(ofAws(resources).values()),
    components: sum(resources.values()) - sum(ofAws(resources).values())
  },
  ...[...resources].map(([type, count]) => ({ name: type, count })),
  { name: "second evaluation", differences: differences.length }
]

/** Tables for people. */
export const deploymentReport = ({ evaluateMilliseconds, bundles, resources, differences }: Deployment): string => {
  const aws = ofAws(resources)
  return [
    markdownTable(
      [
        { title: "step", of: ({ step }) => step },
        { title: "time", of: ({ milliseconds }) => `${Math.round(milliseconds).toLocaleString("en-US")} ms` },
        { title: "KiB", of: ({ bytes }) => (bytes === undefined ? "" : `${Math.round(bytes / 1024)}`) },
        { title: "gzip", of: ({ gzipBytes }) => (gzipBytes === undefined ? "" : `${Math.round(gzipBytes / 1024)}`) }
      ],
      [
        {
          step: "evaluate the program, bundles included",
          milliseconds: evaluateMilliseconds,
          bytes: undefined,
          gzipBytes: undefined
        },
        ...bundles.map(({ entry, milliseconds, bytes, gzipBytes }) => ({
          step: `bundle ${entry}`,
          milliseconds,
          bytes,
          gzipBytes
        }))
      ]
    ),
    markdownTable(
      [
        {
          title: `${sum(aws.values())} AWS resources in ${sum(resources.values()) - sum(aws.values())} components, by type`,
          of: ([type]) => type
        },
        { title: "number", of: ([, count]) => String(count) }
      ],
      [...aws].toSorted(([, one], [, other]) => other - one)
    ),
    differences.length === 0
      ? "A second evaluation gives the same inputs for every resource: no difference.\n"
      : `A second evaluation gives other inputs:\n\n${differences.map((each) => `- ${each}`).join("\n")}\n`
  ].join("\n")
}
