/** The statements that every resource policy begins with. */

/** The actions that a topic's policy may name. */
export const topicActions = [
  ...["sns:Publish", "sns:Subscribe", "sns:ListSubscriptionsByTopic", "sns:GetTopicAttributes"],
  ...["sns:SetTopicAttributes", "sns:AddPermission", "sns:RemovePermission", "sns:DeleteTopic"]
]

const account = "123456789012"

/** Nothing without TLS, nothing for anybody outside of the account, nothing for services on behalf of such. */
export const denials = (
  action: string | ReadonlyArray<string>,
  resource: string | ReadonlyArray<string>,
  otherAccounts: ReadonlyArray<string> = []
) => {
  const shared = { Effect: "Deny", Principal: "*", Action: action, Resource: resource }
  return [
    { Sid: "TlsOnly", ...shared, Condition: { Bool: { "aws:SecureTransport": "false" } } },
    {
      Sid: "OwnAccountOnly",
      ...shared,
      Condition: {
        StringNotEquals: { "aws:PrincipalAccount": account },
        BoolIfExists: { "aws:PrincipalIsAWSService": "false" }
      }
    },
    {
      Sid: "ServicesForOwnAccountOnly",
      ...shared,
      Condition: {
        StringNotEquals: { "aws:SourceAccount": otherAccounts.length === 0 ? account : [account, ...otherAccounts] },
        Null: { "aws:SourceAccount": "false" },
        Bool: { "aws:PrincipalIsAWSService": "true" }
      }
    }
  ]
}

/** A denial of everybody but these. */
export const onlyFor = (
  sid: string,
  action: unknown,
  resource: string | ReadonlyArray<string>,
  admitted: Readonly<Record<string, ReadonlyArray<string>>>
) => ({
  Sid: sid,
  Effect: "Deny",
  Principal: "*",
  Action: action,
  Resource: resource,
  Condition: { ArnNotEquals: admitted }
})
