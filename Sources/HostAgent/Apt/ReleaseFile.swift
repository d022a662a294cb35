package import AgentProtocol
package import Time

/// Reads the Release file of an archive as apt keeps it.
package enum ReleaseFile {
    /// - Parameter bytes: a Release or InRelease file.
    package static func index(_ bytes: [UInt8]) -> PackageIndex {
        var fields: [Substring: Substring] = [:]
        // The fields stand before the long lists of digests.
        for line in String(decoding: bytes.prefix(16_384), as: UTF8.self).split(separator: "\n") {
            guard line.first != " ", let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...].drop { $0 == " " }
        }
        func field(_ name: Substring) -> String { fields[name].map(String.init) ?? "" }
        let origin = PackageOrigin(
            origin: field("Origin"),
            label: field("Label"),
            codename: field("Codename"),
            archive: field("Suite")
        )
        return PackageIndex(
            origin: origin,
            date: date(field("Date")),
            validUntil: date(field("Valid-Until")),
            digest: Hexadecimal.sha256(bytes)
        )
    }

    /// A date such as `Sat, 07 Nov 2026 10:05:00 UTC` or with `+0000`; nil for anything else.
    package static func date(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 6, let month = months.firstIndex(of: String(words[2])) else { return nil }
        let day = words[1].count == 1 ? "0\(words[1])" : "\(words[1])"
        let zone = ["UTC", "GMT", "Z", "+0000", "-0000"].contains(words[5]) ? "Z" : String(words[5])
        let number = month + 1
        let time = words[4].count == 7 ? "0\(words[4])" : "\(words[4])"
        return Timestamp(iso8601: "\(words[3])-\(number < 10 ? "0" : "")\(number)-\(day)T\(time)\(zone)")
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
