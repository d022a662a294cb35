/// An object, or what the names of several begin with: `s3://BUCKET/KEY`.
package struct S3Location: Equatable, Sendable, CustomStringConvertible {
    package var bucket: String
    /// Empty for the bucket itself.
    package var key: String

    package init(bucket: String, key: String) {
        self.bucket = bucket
        self.key = key
    }

    /// nil unless it begins with `s3://`, the bucket's name is one that S3 allows and the key has at most 1,024 bytes.
    package init?(_ text: String) {
        guard text.hasPrefix("s3://") else { return nil }
        let parts = text.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bucket = parts.first, Self.isBucket(bucket) else { return nil }
        let key = parts.count > 1 ? String(parts[1]) : ""
        guard key.utf8.count <= 1_024 else { return nil }
        self.init(bucket: String(bucket), key: key)
    }

    package var description: String { "s3://\(bucket)/\(key)" }

    /// The object of that name where this ends with a slash or is a bucket; otherwise this very object.
    package func object(named name: String) -> S3Location {
        guard key.isEmpty || key.hasSuffix("/") else { return self }
        return S3Location(bucket: bucket, key: key + name)
    }

    private static func isBucket(_ name: Substring) -> Bool {
        let isEdge = { (byte: UInt8) in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        let bytes = Array(name.utf8)
        guard (3...63).contains(bytes.count), let first = bytes.first, let last = bytes.last, isEdge(first),
            isEdge(last)
        else {
            return false
        }
        return bytes.allSatisfy { isEdge($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }
}
