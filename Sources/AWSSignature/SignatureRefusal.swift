/// Why a signature is not believed, in AWS's codes and words.
package enum SignatureRefusal: Error, Equatable, Sendable {
    case missing
    case incomplete(String)
    /// No access key of that id counts.
    case unknownKey
    /// Temporary credentials whose time is up.
    case expired
    case invalid(String)

    package static let mismatch = Self.invalid(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
            + "and signing method. Consult the service documentation for details."
    )

    /// The error's name on the wire of AWS's JSON protocols.
    package var code: String {
        switch self {
        case .missing: "MissingAuthenticationTokenException"
        case .incomplete: "IncompleteSignatureException"
        case .unknownKey: "UnrecognizedClientException"
        case .expired: "ExpiredTokenException"
        case .invalid: "InvalidSignatureException"
        }
    }

    package var message: String {
        switch self {
        case .missing: "Missing Authentication Token"
        case .incomplete(let text), .invalid(let text): text
        case .unknownKey: "The security token included in the request is invalid."
        case .expired: "The security token included in the request is expired"
        }
    }
}
