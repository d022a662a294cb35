package import AWSSignature
import Crypto
import FoundationEssentials
import NIOHTTP1
package import Time

/// Buckets of S3, or of a store that speaks as it does.
package struct ObjectStore: Sendable {
    /// What became of a file that was sent.
    package enum Outcome: Equatable, Sendable {
        case written
        /// An object of that name with these very bytes was there before.
        case present
    }

    private let connection: S3Connection
    private let smallestPart: Int

    /// - Parameter sleep: waits between attempts.
    package init(
        endpoint: S3Endpoint,
        credentials: AWSCredentials,
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.init(
            endpoint: endpoint,
            credentials: credentials,
            smallestPart: PartReader.smallestPart,
            now: now,
            sleep: sleep
        )
    }

    init(
        endpoint: S3Endpoint,
        credentials: AWSCredentials,
        smallestPart: Int,
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        connection = S3Connection(endpoint: endpoint, credentials: credentials, now: now, sleep: sleep)
        self.smallestPart = smallestPart
    }

    /// Sends a file as one object: at once, or in parts of 8 MiB, of which those are not sent again that an upload that was broken
    /// off has brought there.
    ///
    /// Memory is bounded by a part. Sending the same file again does nothing.
    ///
    /// - Throws: ``StorageError``; `CancellationError`; `Errno` when the file cannot be read.
    @discardableResult
    package func put(file path: String, to location: S3Location, as options: ObjectOptions) async throws -> Outcome {
        let reader = try PartReader(path: path, smallestPart: smallestPart)
        if try await holds(reader, at: location, as: options) { return .present }
        do {
            if reader.partCount == 1 {
                try await putWhole(try await reader.part(1), to: location, as: options)
            } else {
                try await MultipartUpload(connection: connection, location: location, options: options).send(reader)
            }
        } catch let error as StorageError where Self.isAfterLostAnswer(error) {
            guard try await holds(reader, at: location, as: options) else { throw error }
            return .written
        }
        if options.lock != nil || options.encryption != nil, try await !holds(reader, at: location, as: options) {
            throw StorageError(failure: "cannot write \(location)", detail: "the store does not give back what it took")
        }
        return .written
    }

    private static let encryption = "x-amz-server-side-encryption"

    /// What a request is told that is sent again because the answer to the first was lost.
    private static func isAfterLostAnswer(_ error: StorageError) -> Bool {
        error.code == "PreconditionFailed" || error.code == "NoSuchUpload"
    }

    /// Whether the object has the checksum that the file would have there.
    ///
    /// - Throws: ``StorageError``, also when it has and is not kept as asked.
    private func holds(_ reader: PartReader, at location: S3Location, as options: ObjectOptions) async throws -> Bool {
        let call = S3Connection.Call(method: .HEAD, location: location, headers: [("x-amz-checksum-mode", "ENABLED")])
        let answer: S3Connection.Answer
        do {
            answer = try await connection.send(call, failure: "cannot look at \(location)")
        } catch let error as StorageError where error.status == 404 {
            return false
        }
        guard let header = answer.headers.first(name: "x-amz-checksum-sha256"),
            let checksum = header.split(separator: "-").first,
            try await Self.checksum(of: reader) == checksum
        else { return false }
        try check(answer, of: location, options)
        return true
    }

    /// Whether an object is kept as asked.
    private func check(_ answer: S3Connection.Answer, of location: S3Location, _ options: ObjectOptions) throws {
        // An upload that was begun otherwise, and gone on with, keeps what it was begun with.
        if let wanted = options.headers.first(where: { $0.name == Self.encryption })?.value,
            answer.headers.first(name: Self.encryption) != wanted
        {
            throw StorageError(
                failure: "cannot keep \(location)",
                code: "ObjectNotEncrypted",
                detail: "it is there and not encrypted by \(wanted)"
            )
        }
        if let lock = options.lock {
            let until = answer.headers.first(name: "x-amz-object-lock-retain-until-date").flatMap {
                Timestamp(lenient: $0)
            }
            guard answer.headers.first(name: "x-amz-object-lock-mode") == lock.mode.rawValue, let until,
                until >= lock.until
            else {
                let detail = "it is there and not locked (\(lock.mode.rawValue)) until \(lock.until)"
                throw StorageError(failure: "cannot keep \(location)", code: "ObjectNotLocked", detail: detail)
            }
        }
    }

    /// Of an object in one part its SHA-256; of one in several that of their SHA-256s.
    private static func checksum(of reader: PartReader) async throws -> String {
        guard reader.partCount > 1 else { return try await reader.part(1).checksum }
        var hash = SHA256()
        for number in 1...reader.partCount { hash.update(data: Data(try await reader.part(number).sha256)) }
        return Data(hash.finalize()).base64EncodedString()
    }

    private func putWhole(_ part: PartReader.Part, to location: S3Location, as options: ObjectOptions) async throws {
        let checksum = [("x-amz-sdk-checksum-algorithm", "SHA256"), ("x-amz-checksum-sha256", part.checksum)]
        let call = S3Connection.Call(
            method: .PUT,
            location: location,
            headers: options.headers + options.precondition + checksum,
            body: part.bytes
        )
        _ = try await connection.send(call, failure: "cannot write \(location)")
    }
}
