/// Why an object is not in its bucket.
package struct StorageError: Error, Equatable, CustomStringConvertible {
    /// What failed, such as `cannot write s3://acme/patching/2026-11/eu-west-1.csv`.
    package var failure: String
    /// Of the answer; nil when there was none.
    package var status: Int?
    /// The store's own code, such as `AccessDenied`; empty when it gave none.
    package var code: String
    package var detail: String

    package init(failure: String, status: Int? = nil, code: String = "", detail: String) {
        self.failure = failure
        self.status = status
        self.code = code
        self.detail = detail
    }

    package var description: String {
        let answer = status.map { "HTTP status \($0)" }
        let why = ([answer, code, detail] as [String?]).compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
        return "\(failure): \(why); \(advice)"
    }

    private var advice: String {
        switch code {
        case "PreconditionFailed":
            "another object has that name and is left as it is: choose another name, or say that it may be replaced"
        case "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken":
            "check the access key, its policy (s3:PutObject, s3:GetObject, s3:ListBucket, s3:ListBucketMultipartUploads, s3:ListMultipartUploadParts; for a lock "
                + "s3:PutObjectRetention and s3:GetObjectRetention), and this machine's clock"
        case "ObjectNotLocked":
            "have the bucket made with Object Lock, and lock this version or write under another name"
        case "ObjectNotEncrypted":
            "abort uploads of that name that were begun otherwise, and write it under another name"
        case "NoSuchBucket": "make the bucket, or check its name and AWS_REGION"
        case "PermanentRedirect", "AuthorizationHeaderMalformed": "the bucket is in another region: set AWS_REGION"
        default: "what was sent of it is gone on with when it is sent again"
        }
    }

    /// Whether the same request may succeed later.
    var isPassing: Bool {
        guard let status else { return true }
        return status >= 500 || status == 429 || code == "SlowDown" || code == "RequestTimeout"
    }
}
