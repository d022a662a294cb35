import AWSSignature
import ArgumentParser
import Crypto
import FoundationEssentials
import ObjectStorage
import SystemPackage
package import Time

/// Writes what report stages export: to a folder of this machine, or to a store.
package struct ReportExporter: Sendable {
    private let environment: [String: String]
    private let now: @Sendable () -> Timestamp

    /// - Parameter environment: what a store's place and key are read from, as AWS's tools have them.
    package init(environment: [String: String], now: @escaping @Sendable () -> Timestamp) {
        self.environment = environment
        self.now = now
    }

    /// Writes the pieces to a place, as a whole or not at all.
    ///
    /// What is there by that name gives way: it is of an earlier attempt.
    ///
    /// - Parameter place: a path, or `s3://BUCKET/NAME`.
    /// - Returns: the SHA-256 of what is there, lower-case hexadecimal, and its size.
    package func write(_ place: String, _ next: () async throws -> [UInt8]?) async throws -> (
        sha256: String, byteCount: Int
    ) {
        guard place.hasPrefix("s3://") else { return try await write(toFile: place, next) }
        guard let location = S3Location(place) else {
            throw CommandFailure(
                "\(place) is no object that a store can have: check the bucket's name",
                exitCode: .validationFailure
            )
        }
        let store = try store(for: location)
        let folder = FileManager.default.temporaryDirectory
        let path = folder.appending(path: "ringmaster-\(UUID().uuidString).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }  // a leftover in the temporary place harms nobody
        let written = try await write(toFile: path, isPrivate: true, next)
        let options = ObjectOptions(contentType: "text/csv; charset=utf-8", replaces: true)
        try await store.put(file: path, to: location, as: options)
        return written
    }

    // MARK: - Steps

    private func store(for location: S3Location) throws -> ObjectStore {
        guard let credentials = AWSCredentials(environment: environment) else {
            throw CommandFailure(
                "the worker has no credentials for \(location): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for it",
                exitCode: .inputMissing
            )
        }
        guard let endpoint = S3Endpoint(environment: environment) else {
            throw CommandFailure(
                "the worker's AWS_ENDPOINT_URL is no address of a store: https://HOST[:PORT]",
                exitCode: .validationFailure
            )
        }
        return ObjectStore(endpoint: endpoint, credentials: credentials, now: now)
    }

    private func write(
        toFile path: String,
        isPrivate: Bool = false,
        _ next: () async throws -> [UInt8]?
    ) async throws -> (sha256: String, byteCount: Int) {
        try await NewFile.with(path: path, isPrivate: isPrivate) { file in
            var (hash, count) = (SHA256(), 0)
            while let piece = try await next() {
                try file.write(Data(piece))
                hash.update(data: piece)
                count += piece.count
            }
            return (hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(), count)
        }
    }
}
