/** What went wrong between this node and Redis, in words that say how to mend it. */
export function redisProblem(error: unknown): string {
  const inner = innermost(error);
  const message = inner instanceof Error ? inner.message : String(inner);
  const code = inner instanceof Error && "code" in inner ? String(inner.code) : "";
  const known = WORDS.find(([pattern]) => pattern.test(code) || pattern.test(message));
  return known === undefined
    ? message
    : `${known[1]} (${code === "" || message.includes(code) ? message : `${code}: ${message}`})`;
}

/** A cluster that cannot be reached keeps what its last node said. */
function innermost(error: unknown): unknown {
  return error instanceof Error && "lastNodeError" in error && error.lastNodeError instanceof Error
    ? innermost(error.lastNodeError)
    : error;
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
    "the certificate of Redis is signed by an authority that this node does not trust: name its file in --redis-ca",
  ],
  [/CERT_HAS_EXPIRED/, "the certificate of Redis has expired: renew it"],
  [/CERT_NOT_YET_VALID/, "the certificate of Redis is not valid yet: compare the clocks"],
  [/ERR_TLS_CERT_ALTNAME_INVALID/, "the certificate of Redis is made out to another host: use a name that is in it"],
  [
    /connect ETIMEDOUT/,
    "Redis does not answer in time: compare host and port, and begin with rediss:// exactly when it speaks TLS there",
  ],
  [/WRONGPASS|invalid password/, "Redis refuses the user name or the password"],
  [/NOAUTH/, "Redis wants a user name and a password"],
  [/NOPERM/, "the user of Redis lacks a right: compare its ACL with the guide"],
  [/READONLY/, "this Redis is a read-only replica: name the primary"],
  [/ENOTFOUND|EAI_AGAIN/, "the host name of Redis cannot be resolved"],
];
