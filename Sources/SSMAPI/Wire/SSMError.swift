import AWSSignature

/// An error in the form of AWS's JSON protocol: `__type` and a message.
struct SSMError: Error, Equatable, Sendable {
    /// The shape's name, such as `DoesNotExistException`.
    var code: String
    /// nil for the errors that have none.
    var message: String?
    /// 400 but for the server's own faults.
    var status = 400

    init(_ code: String, _ message: String? = nil, status: Int = 400) {
        self.code = code
        self.message = message
        self.status = status
    }

    init(_ refusal: SignatureRefusal) { self.init(refusal.code, refusal.message) }
}

extension SSMError {
    static func validation(_ message: String) -> Self { Self("ValidationException", message) }

    static func serialization(_ message: String) -> Self { Self("SerializationException", message) }

    /// What is the control plane's own fault: its log has the reason.
    static let internalError = Self(
        "InternalServerError",
        "the control plane failed on this request; its log has the reason; repeat the request",
        status: 500
    )
}
