/// Where a bucket is reached.
package struct S3Endpoint: Equatable, Sendable {
    package var region: String
    private let base: String
    /// Whether the bucket stands in the path, not in the host's name: so other stores than AWS want it.
    private let isPathStyle: Bool

    /// AWS's own.
    package init(region: String) {
        self.region = region
        base = "https://s3.\(region).amazonaws.com"
        isPathStyle = false
    }

    /// A store that speaks S3; nil unless the address begins with `http://` or `https://` and has no path.
    package init?(url: String, region: String) {
        let trimmed = url.hasSuffix("/") ? String(url.dropLast()) : url
        let host = trimmed.split(separator: "://", maxSplits: 1).last ?? ""
        guard trimmed.hasPrefix("http://") || trimmed.hasPrefix("https://"), !host.isEmpty, !host.contains("/") else {
            return nil
        }
        self.region = region
        base = trimmed
        isPathStyle = true
    }

    /// From `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, and `AWS_REGION` or `AWS_DEFAULT_REGION` (else us-east-1, as AWS's tools do for S3).
    ///
    /// nil when the address is none.
    package init?(environment: [String: String]) {
        func value(_ names: String...) -> String? { names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } }
        let region = value("AWS_REGION", "AWS_DEFAULT_REGION") ?? "us-east-1"
        guard let url = value("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") else {
            self.init(region: region)
            return
        }
        self.init(url: url, region: region)
    }

    /// Scheme and authority, the Host header, and the encoded path of an object.
    ///
    /// A bucket with a dot in its name stands in the path, since AWS's certificate covers one label alone.
    func address(of location: S3Location, encode: (String) -> String) -> (origin: String, host: String, path: String) {
        let parts = base.split(separator: "://", maxSplits: 1)
        let (scheme, host) = (parts.first ?? "", parts.last ?? "")
        let key = encode(location.key)
        if isPathStyle || location.bucket.contains(".") {
            return (base, String(host), "/\(location.bucket)/\(key)")
        }
        return ("\(scheme)://\(location.bucket).\(host)", "\(location.bucket).\(host)", "/\(key)")
    }
}
