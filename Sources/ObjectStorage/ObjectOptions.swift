package import Time

/// How an object is to be kept.
package struct ObjectOptions: Equatable, Sendable {
    /// [By the store](https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html).
    package enum Encryption: Equatable, Sendable {
        case aes256
        /// By the key of that id or ARN; nil by the account's own.
        case kms(key: String?)
    }

    /// [Against deletion](https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html).
    package struct Lock: Equatable, Sendable {
        package enum Mode: String, Sendable, CaseIterable {
            case governance = "GOVERNANCE"
            case compliance = "COMPLIANCE"
        }

        package var mode: Mode
        package var until: Timestamp

        package init(mode: Mode, until: Timestamp) {
            self.mode = mode
            self.until = until
        }
    }

    package var contentType: String
    /// nil leaves it to the bucket.
    package var encryption: Encryption?
    /// nil leaves it to the bucket.
    package var lock: Lock?
    /// Whether another object of that name may give way.
    package var replaces: Bool

    package init(contentType: String, encryption: Encryption? = nil, lock: Lock? = nil, replaces: Bool = false) {
        self.contentType = contentType
        self.encryption = encryption
        self.lock = lock
        self.replaces = replaces
    }

    /// Sent with what makes the object.
    var headers: [(name: String, value: String)] {
        var headers = [("content-type", contentType)]
        switch encryption {
        case nil: break
        case .aes256: headers.append(("x-amz-server-side-encryption", "AES256"))
        case .kms(let key):
            headers.append(("x-amz-server-side-encryption", "aws:kms"))
            if let key { headers.append(("x-amz-server-side-encryption-aws-kms-key-id", key)) }
        }
        if let lock {
            headers.append(("x-amz-object-lock-mode", lock.mode.rawValue))
            headers.append(("x-amz-object-lock-retain-until-date", lock.until.description))
        }
        return headers
    }

    /// Sent with what completes it.
    var precondition: [(name: String, value: String)] { replaces ? [] : [("if-none-match", "*")] }
}
