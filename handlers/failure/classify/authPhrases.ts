/** Phrases of credentials and permissions. */
import { anyOf, inSequence, type PhraseRule } from "./phrases.ts"

const auth = (id: string, pattern: RegExp): PhraseRule => ({ id, class: "AuthFailure", pattern })

/** Phrases of credentials and permissions. */
export const authPhrases: ReadonlyArray<PhraseRule> = [
  auth(
    "auth.aws",
    anyOf(
      [
        /is not authorized to (?:perform|access|assume|use)|no identity-based policy allows|explicit deny/,
        /with an explicit|security token (?:included in the request )?(?:is|has)/,
        /(?:The )?request signature we calculated|Signature expired|signature does not match/,
        /Access Key Id you provided|Missing Authentication Token/,
        /is not authorized to access this resource/,
        /KMS (?:access was denied|Exception: AccessDenied|key .{0,40}disabled)/,
        /Unable to (?:locate|load|find|get|retrieve|fetch)[^\n]{0,60}credentials/,
        /Could not (?:load|find|resolve|retrieve|get|fetch)[^\n]{0,40}credentials|NoCredentialProviders/,
        /no EC2 IMDS role|failed to (?:retrieve|refresh|load|sign)[^\n]{0,40}(?:credentials|request)/,
        /Partial credentials/,
        /credentials (?:were|are|have|has) (?:not|refreshed|expired|been|missing|invalid)/,
        /No valid credential|expired (?:and|credentials)|could not be (?:assumed|authorized)|assume role/,
        /AssumeRole|SSO (?:session|token)|Token is expired|is not subscribed/,
        /arn:aws[\w-]*:kms:\S{1,200} is disabled|refer(?:s)? to a customer master key/
      ],
      "i"
    )
  ),
  auth("auth.violation", /\b(?:authorization|permissions?) violation\b/i),
  auth(
    "auth.oauth",
    anyOf([
      /\b(?:invalid_(?:grant|client|token)|unauthorized_client|access_denied|insufficient_scope)\b/,
      /\bAADSTS\d{4,7}|invalid role or secret ID/,
      /not accessible by (?:integration|personal access token)/
    ])
  ),
  auth(
    "auth.denied",
    anyOf(
      [
        /\b(?:access|permission|privilege|authorization|authentication|command|request)s? (?:is |was |has been |to .{1,200} is |\w{1,16} )?denied\b/,
        /\baccess is denied|\bAccess Denied\b|permission was denied/,
        /insufficient (?:privilege|permission|scope|access|authentication|authorization|rights)/,
        /not (?:authori[sz]ed|authenticated|permitted|allowed) (?:to|for|on|access)\b|not authori[sz]ed\b/,
        /must (?:first )?(?:be (?:authenticated|authori[sz]ed|logged in|signed in)|log ?in|sign ?in|authenticate)/,
        /lacks (?:the )?permission|does not match a verified/,
        /(?:caller|user|client|role|principal|account) (?:.{1,60} )?(?:does not have|lacks|doesn't have|has no) (?:the )?(?:required )?(?:permission|access|privilege|rights)/,
        /no permissions? (?:to|for)|(?:is )?forbidden (?:to|by|from|:)|operation not permitted/,
        /unauthorized operation|requires (?:authentication|authorization|login)|login required/
      ],
      "i"
    )
  ),
  auth(
    "auth.failed",
    anyOf(
      [
        /\b(?:authentication|authorization|auth|login|logon|sign-?in|SASL \w{1,16} authentication) (?:has )?(?:failed|failure|required|denied|error|rejected|unsuccessful)/,
        /(?:failed|failure|unable|could not|cannot|unsuccessful)(?: to|:)? (?:login|log in|sign in|authenticate|authori[sz]e|authentication|authorization)\b/,
        /Login failed for|login (?:failed|incorrect|was refused|refused)|\bAuth (?:fail|cancel)\b/,
        /invalidCredentials|logon denied/,
        /password (?:authentication failed|has expired|expired|is incorrect|is invalid|mismatch)/,
        /no pg_hba\.conf entry|AuthenticationFailed/,
        /auth(?:entication)? (?:credentials|information) (?:were not|was not|is|are|not)/,
        /invalid (?:authentication|authorization) |Bad credentials/,
        /Incorrect (?:username|password|API key|credentials|user)/,
        /wrong (?:username|password|pass|user|credentials)/,
        /(?:user|role|account|principal)(?: .{1,80})? (?:is|was|has been) (?:disabled|locked|suspended|deactivated|revoked)/,
        /WRONGPASS|NOAUTH|role "[^"\n]{1,128}" does not exist|account is locked|SCRAM|SASL: /,
        /Exception authenticating|called without any password|: Authenticate$|not yet authenticated/,
        /not in a valid key=value pair|Authorization header|past its expiry|has no permissions/,
        /Credentials?NotLoaded|CredentialUnavailable|credentials are empty|verification error$/,
        /requested by the login|secretOrPrivateKey|credential object is not valid|refresh token/
      ],
      "i"
    )
  ),
  auth(
    "auth.credential",
    inSequence(
      [
        /\b(?:invalid|expired|missing|incorrect|wrong|revoked|unknown|unrecogni[sz]ed|malformed|bad|inactive|rejected|disabled)/,
        /(?: or (?:missing|expired|invalid|revoked|malformed))?(?: (?:or|and) (?:missing|expired|invalid))? /,
        /(?:authentication |authorization |access |api |security |bearer |session |refresh |id |auth |oauth |client |user |jwt |csrf |service account |x-api-key |shared access |webhook |signing |secret |private |AWS |SAS )*/,
        /(?:credentials?|tokens?|api[- ]?keys?|apikey|signature|password|secret|username\/password|username or password|username-password|login|session|certificate|access key|authorization header|jwt|client[_ ]id|client secret)/,
        /\b(?! (?:o |'|"|\)|\}|of|in|at|<|:|=|\[|,|END|near|export|position|type))/
      ],
      "i"
    )
  ),
  auth(
    "auth.expired",
    anyOf(
      [
        inSequence([
          /\b(?:token|jwt|credentials?|session|signature|api key|access key|password|certificate|secret|license|grant|assertion|ticket)/,
          /\b[^\n]{0,40}\b(?:has |have |is |was |are |been |already )*/,
          /(?:expired|revoked|not (?:yet )?valid\b(?! JSON| UTF)|not active|rejected|invalid(?:ated)?(?! (?:character|json))|deactivated|no longer valid|malformed|mismatch|verification failed|validation failed)/
        ]),
        /\bjwt (?:expired|malformed|not active|signature|must be provided|audience|issuer|subject|id)/,
        /invalid signature|signature (?:verification|validation) (?:failed|error)/,
        /invalid (?:token|algorithm|compact jws|audience|issuer)\b(?! '|\))|"exp" claim/,
        /JWT (?:expired|signature|is)|invalid[_ ](?:grant|client|token)\b|Lifetime validation failed/,
        /token (?:is )?(?:required|missing|not provided|not found)|No authorization (?:token|header)/,
        /unauthorized_client|access_denied|secret is (?:incorrect|invalid|wrong)/,
        /claim .{0,40}(?:failed|missing|invalid)|(?:invalid number of|Not enough) segments/,
        /Signature resulted invalid/
      ],
      "i"
    )
  ),
  auth(
    "auth.certificate",
    anyOf(
      [
        /certificate (?:has expired|is not yet valid|verify failed|required|unknown|revoked)/,
        /certificate (?:signed by unknown|chain|is not trusted|validation|rejected|expired)/,
        /self[- ]signed certificate|unable to (?:verify|get) (?:the first|leaf|local issuer|issuer)/,
        /PKIX path|SunCertPath|valid certification path|failed to verify certificate|x509: /,
        /CERTIFICATE_VERIFY_FAILED|bad certificate|unknown (?:ca|authority)|SslAuthenticationException/,
        /Hostname\/IP does not match|RemoteCertificate|remote certificate (?:is|was)|peer certificate/,
        /trust anchor|unable to authenticate, attempted methods|Host key verification failed/,
        /Permission denied \(publickey/
      ],
      "i"
    )
  ),
  auth(
    "auth.words",
    /\b(?:Unauthori[sz]ed|Unauthenticated|Forbidden|UNAUTHENTICATED|PERMISSION_DENIED|AccessDenied|NOPERM)\b|\bUser is not authori[sz]ed|insufficient_scope/i
  )
]
