"""What goes wrong with S3, in one sentence with what to do, whichever of the four clients met it.

boto3, deltalake, Arrow and Spark each have words of their own for the same failure.
"""

from __future__ import annotations

import re

from jobs.runtime.commit import LakeError

# What the four say, and what is to be done.
_FAILURES = tuple((re.compile("|".join(signs)), said) for signs, said in (
    (("S3AFileSystem not found", "NoClassDefFoundError.*amazonaws", "ClassNotFoundException.*(amazonaws|s3a)"),
     "Java lacks what speaks to S3; give spark-submit its jars, as --jars 'dist/jars/delta/*.jar,dist/jars/s3/*.jar'"),
    (("NoSuchBucket", "UnknownStoreException"),
     "there is no such bucket; make it, or correct the address"),
    (("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "TokenRefreshRequired"),
     "the credentials were refused; look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the profile or the role"),
    (("NoAuthWithAWS", "NoCredentials", "PartialCredentials", "ProfileNotFound", "CredentialsNotLoaded",
      "[Uu]nable to (locate|load) (AWS )?cred", "credential provider"),
     "no AWS credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or run with a role"),
    (("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraint", "AWSRedirect", "301 Moved"),
     "the bucket lies in another region; set AWS_REGION to its own"),
    (("AccessDenied", "AllAccessDisabled", "Forbidden", r"\b403\b"),
     ("access was denied; the login needs s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and "
     "s3:DeleteObject below the prefix; where it has them, its key may be wrong")),
    # An answer without a body has no code: so S3 answers a HEAD, which is Spark's first request.
    (("AWSBadRequest", "400 Bad Request"),
     "S3 did not take the request; AWS_REGION may not be that of the bucket, or the session's token may be over"),
    (("SlowDown", "Service ?Unavailable", "AWSServiceThrottled", "Throttling", "TooManyRequests", r"\b503\b"),
     ("S3 asks for fewer requests (503 SlowDown), also after several tries; run again later, with jobs_at_a_time=1 or "
     "--retries 2")),
    (("EndpointConnection", "Connect ?[Tt]imeout", "Read ?[Tt]imeout", "[Cc]onnection ?([Rr]efused|Closed|[Rr]eset)",
      "[Tt]imed out", "[Cc]ould not connect", "UnknownHost", "error sending request", "curlCode", "NETWORK_CONNECTION",
      "InvalidEndpoint", "operation timeout"),
     "S3 does not answer; look at the network, at AWS_ENDPOINT_URL_S3 and at AWS_REGION"),
))  # fmt: skip
_OF_S3 = re.compile(r"s3a?://|amazonaws|AmazonS3|Generic S3|AWS Error|fs\.s3a|<Error>\s*<Code>", re.IGNORECASE)


class S3Error(LakeError):
    """S3 did not do what it was asked; the message says what, where and what to do."""


def explained(error: BaseException, path: str = "") -> str | None:
    """Return what a failure of S3 means and what to do, whichever client met it; None where it is none of these.

    `path` is where it was met, for the clients that do not say.
    """
    text = f"{type(error).__name__} {error}"
    if not _OF_S3.search(f"{path} {text}"):
        return None
    named = re.search(r"s3a?://[^\s,;:'\"`)\]]+", text)
    found = meaning(text)
    return f"{path or (named[0] if named else 'S3')}: {found}" if found else None


def meaning(text: str) -> str | None:
    """Return what a failure means and what to do, by its text."""
    return next((said for signs, said in _FAILURES if signs.search(text)), None)
