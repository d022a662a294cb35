package import Time

/// What a request says of its signature in its headers, before anything of it is proved.
package struct SignatureClaim: Equatable, Sendable {
    /// How far a request's date may be from the time of the one who checks it, either way.
    package static let tolerance = Duration.seconds(15 * 60)

    package let accessKeyID: String
    package let region: String
    /// In lower-case hexadecimal.
    package let signature: String
    /// As it came: of managed instances it is base64.
    let signatureText: String
    let service: String
    let terminator: String
    /// `20130524`, as the scope has it.
    let day: String
    /// Lower-case names.
    let signedHeaders: [String]
    /// In whole seconds.
    package let date: Timestamp

    /// - Parameter headers: all of the request; several of one name are allowed.
    /// - Throws: ``SignatureRefusal`` for a request that is not signed, or whose headers do not say how.
    package init(_ headers: [(name: String, value: String)]) throws(SignatureRefusal) {
        func value(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
        guard let authorization = value("authorization") else { throw .missing }
        let parts = try Self.parts(of: authorization)
        let lacking = ["Credential", "SignedHeaders", "Signature"].filter { parts[$0]?.isEmpty ?? true }
        guard lacking.isEmpty, let credential = parts["Credential"], let signed = parts["SignedHeaders"],
            let signature = parts["Signature"]
        else {
            let texts = lacking.map { "Authorization header requires '\($0)' parameter." }
            throw .incomplete(texts.joined(separator: " "))
        }
        guard let date = value("x-amz-date").flatMap(Self.date) else {
            throw .incomplete("Authorization header requires existence of an 'X-Amz-Date' header: 20130524T000000Z.")
        }
        let scope = credential.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard scope.count == 5 else {
            throw .incomplete(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '\(credential.prefix(200))'"
            )
        }
        (accessKeyID, day, region, service, terminator) = (scope[0], scope[1], scope[2], scope[3], scope[4])
        self.signature = signature.lowercased()
        signatureText = signature
        self.date = date
        signedHeaders = signed.split(separator: ";").map { $0.lowercased() }
    }

    // MARK: - Steps

    private static func parts(of authorization: String) throws(SignatureRefusal) -> [String: String] {
        guard authorization.hasPrefix(SignatureV4.algorithm + " ") else {
            throw .incomplete("Authorization header requires the algorithm '\(SignatureV4.algorithm)'.")
        }
        var parts: [String: String] = [:]
        for part in authorization.dropFirst(SignatureV4.algorithm.count + 1).split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { String($0.drop { $0 == " " }) }
            guard pair.count == 2, !pair[0].contains(" ") else {
                throw .incomplete(
                    "'\(part.prefix(200))' not a valid key=value pair (missing equal-sign) in Authorization header."
                )
            }
            parts[pair[0]] = pair[1]
        }
        return parts
    }

    /// Of `20130524T000000Z`.
    private static func date(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else { return nil }
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        return Timestamp(
            iso8601: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z"
        )
    }
}
