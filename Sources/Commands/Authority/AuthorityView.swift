import FoundationEssentials
package import Time

/// A private certificate authority and the server's certificate as the commands `ca …` show them.
package struct AuthorityView: Encodable, Equatable, Sendable {
    /// Where the files are.
    package var folder: String
    /// What hosts pin when they enrol: `ringmaster-agent enrol --ca-sha256`.
    package var caSHA256: String
    package var caValidUntil: Timestamp
    /// The host names and addresses that the server's certificate is for.
    package var names: [String]
    package var serverValidUntil: Timestamp

    init(folder: String, caSHA256: String, caValidUntil: Date, names: [String], serverValidUntil: Date) {
        self.folder = folder
        self.caSHA256 = caSHA256
        self.caValidUntil = Self.timestamp(caValidUntil)
        self.names = names
        self.serverValidUntil = Self.timestamp(serverValidUntil)
    }

    package func lines(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        fields.append("folder", folder)
        fields.append("CA pin", caSHA256, tone: .heading)
        fields.append("CA until", caValidUntil.toTheSecond)
        fields.append("server", names.joined(separator: ", "))
        fields.append("server until", serverValidUntil.toTheSecond)
        return fields.lines(style)
    }

    private static func timestamp(_ date: Date) -> Timestamp {
        Timestamp(microseconds: Int64(date.timeIntervalSince1970) * 1_000_000)
    }
}
