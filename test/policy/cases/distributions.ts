/** Cases of the rules on distributions. */
import { distribution, type RuleCases } from "./resources.ts"

const files = { originId: "files", domainName: "files.s3.eu-west-1.amazonaws.com", originAccessControlId: "E1" }
const api = {
  originId: "api",
  domainName: "api.example.com",
  customOriginConfig: { originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] }
}
const apiWith = (changes: object) => ({ ...api, customOriginConfig: { ...api.customOriginConfig, ...changes } })
const redirects = { viewerProtocolPolicy: "redirect-to-https" }
const acmCertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1"

/** By rule. */
export const distributionsCases: Readonly<Record<string, RuleCases>> = {
  "distribution-https": {
    good: [
      [distribution({ defaultCacheBehavior: redirects })],
      [
        distribution({
          defaultCacheBehavior: redirects,
          orderedCacheBehaviors: [{ pathPattern: "/orders", viewerProtocolPolicy: "https-only" }]
        })
      ]
    ],
    bad: [
      [
        [distribution({ defaultCacheBehavior: { viewerProtocolPolicy: "allow-all" } })],
        'defaultCacheBehavior.viewerProtocolPolicy is "allow-all"; it must be "https-only" or "redirect-to-https"'
      ],
      [
        [
          distribution({
            defaultCacheBehavior: redirects,
            orderedCacheBehaviors: [redirects, { viewerProtocolPolicy: "allow-all" }]
          })
        ],
        'orderedCacheBehaviors[1].viewerProtocolPolicy is "allow-all"; it must be "https-only" or "redirect-to-https"'
      ]
    ]
  },
  "distribution-tls": {
    good: [
      [distribution({ viewerCertificate: { cloudfrontDefaultCertificate: true } })],
      [distribution({ viewerCertificate: { acmCertificateArn, minimumProtocolVersion: "TLSv1.2_2021" } })],
      [distribution({ viewerCertificate: { acmCertificateArn, minimumProtocolVersion: "TLSv1.3_2025" } })]
    ],
    bad: [
      [
        [distribution({ viewerCertificate: { acmCertificateArn, minimumProtocolVersion: "TLSv1.1_2016" } })],
        'viewerCertificate.minimumProtocolVersion is "TLSv1.1_2016"; it must be one of TLS 1.2 or 1.3, such as TLSv1.2_2021'
      ],
      [
        [distribution({ viewerCertificate: { acmCertificateArn } })],
        "viewerCertificate.minimumProtocolVersion is missing; it must be one of TLS 1.2 or 1.3, such as TLSv1.2_2021"
      ]
    ]
  },
  "distribution-origin-tls": {
    good: [[distribution({ origins: [files, api] })]],
    bad: [
      [
        [distribution({ origins: [files, apiWith({ originProtocolPolicy: "match-viewer" })] })],
        'origins[1].customOriginConfig.originProtocolPolicy is "match-viewer"; it must be "https-only"'
      ],
      [
        [distribution({ origins: [apiWith({ originSslProtocols: ["TLSv1", "TLSv1.2"] })] })],
        "origins[0].customOriginConfig.originSslProtocols has TLSv1; it must be without protocols before TLSv1.2"
      ]
    ]
  },
  "distribution-origin-access": {
    good: [
      [distribution({ origins: [files, api] })],
      [distribution({ origins: [{ originId: "balancer", vpcOriginConfig: { vpcOriginId: "vo_1" } }] })]
    ],
    bad: [
      [
        [
          distribution({
            origins: [
              { ...api },
              { originId: "files", s3OriginConfig: { originAccessIdentity: "origin-access-identity/cloudfront/E2" } }
            ]
          })
        ],
        "origins[1].originAccessControlId is missing; it must name an OriginAccessControl"
      ]
    ]
  }
}
