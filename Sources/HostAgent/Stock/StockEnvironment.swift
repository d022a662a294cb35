/// What a stock agent (amazon-ssm-agent) tells a script that it runs.
package struct StockEnvironment: Equatable, Sendable {
    /// The managed-node id of its registration.
    package var node: String
    package var region: String
    /// AWS's file of shared credentials.
    package var credentialsFile: String

    /// - Throws: ``AgentFailure`` when a variable is missing, or is nothing of the kind.
    package init(_ variables: [String: String]) throws(AgentFailure) {
        node = try Self.value("AWS_SSM_INSTANCE_ID", in: variables)
        region = try Self.value("AWS_SSM_REGION_NAME", in: variables)
        credentialsFile = try Self.value("AWS_SHARED_CREDENTIALS_FILE", in: variables)
        for text in [node, region] {
            guard text.utf8.allSatisfy({ Self.isOfName($0) }) else {
                throw AgentFailure("\"\(text)\" is neither the id of a node nor the name of a region")
            }
        }
    }

    private static func value(_ name: String, in variables: [String: String]) throws(AgentFailure) -> String {
        if let value = variables[name], !value.isEmpty { return value }
        throw AgentFailure(
            "\(name) is not set: amazon-ssm-agent starts this command, and sets it as long as its Profile.ShareCreds is not false"
        )
    }

    /// Letters, digits, hyphens and underscores of ASCII, which have a meaning nowhere.
    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
