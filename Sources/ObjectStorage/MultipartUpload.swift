import NIOCore
import NIOHTTP1

/// An object that is sent in parts.
///
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
struct MultipartUpload: Sendable {
    private struct Done {
        var number: Int
        var etag: String
        var checksum: String
    }

    let connection: S3Connection
    let location: S3Location
    let options: ObjectOptions

    private var failure: String { "cannot write \(location)" }

    /// What fails leaves the parts that came there to the next attempt; the bucket's lifecycle rule clears away those that nobody asks for.
    func send(_ reader: PartReader) async throws {
        let upload: String
        var present: [Int: String] = [:]
        if let former = try await formerUpload() {
            upload = former
            present = try await parts(of: former)
        } else {
            upload = try await begin()
        }
        var done: [Done] = []
        for number in 1...reader.partCount {
            let part = try await reader.part(number)
            // A store that encrypts with a key of its own names parts otherwise: those are sent again.
            if present[number] != part.etag { present[number] = try await send(part, upload: upload) }
            done.append(Done(number: number, etag: present[number] ?? part.etag, checksum: part.checksum))
        }
        try await complete(upload, done)
    }

    /// The newest upload of this object that was begun and not completed.
    private func formerUpload() async throws -> String? {
        let call = S3Connection.Call(
            method: .GET,
            location: S3Location(bucket: location.bucket, key: ""),
            query: [("uploads", ""), ("prefix", location.key)]
        )
        let answer = try await connection.send(call, failure: failure)
        let listing = S3XML.decode(UploadListing.self, answer.body)
        return listing?.uploads.filter { $0.key == location.key }.max { $0.initiated < $1.initiated }?.uploadID
    }

    private func parts(of upload: String) async throws -> [Int: String] {
        var (found, marker): ([Int: String], Int?) = ([:], nil)
        repeat {
            let place = marker.map { [("part-number-marker", String($0))] } ?? []
            let call = S3Connection.Call(method: .GET, location: location, query: [("uploadId", upload)] + place)
            let answer = try await connection.send(call, failure: failure)
            guard let listing = S3XML.decode(PartListing.self, answer.body) else {
                throw StorageError(failure: failure, detail: "the store's list of parts cannot be read")
            }
            for part in listing.parts { found[part.number] = part.etag }
            let next = listing.isTruncated == true ? listing.next : nil
            // A store that repeats itself would be asked for ever.
            marker = next.flatMap { $0 > marker ?? 0 ? $0 : nil }
        } while marker != nil
        return found
    }

    private func begin() async throws -> String {
        let call = S3Connection.Call(
            method: .POST,
            location: location,
            query: [("uploads", "")],
            headers: options.headers + [("x-amz-checksum-algorithm", "SHA256")]
        )
        let answer = try await connection.send(call, failure: failure)
        guard let initiated = S3XML.decode(InitiatedUpload.self, answer.body) else {
            throw StorageError(failure: failure, detail: "the store names no upload")
        }
        return initiated.uploadID
    }

    /// - Returns: the part's name there.
    private func send(_ part: PartReader.Part, upload: String) async throws -> String {
        let call = S3Connection.Call(
            method: .PUT,
            location: location,
            query: [("partNumber", String(part.number)), ("uploadId", upload)],
            headers: [("x-amz-sdk-checksum-algorithm", "SHA256"), ("x-amz-checksum-sha256", part.checksum)],
            body: part.bytes
        )
        let answer = try await connection.send(call, failure: failure)
        guard let etag = answer.headers.first(name: "ETag") else {
            throw StorageError(failure: failure, detail: "the store took part \(part.number) and names it not")
        }
        return etag
    }

    private func complete(_ upload: String, _ parts: [Done]) async throws {
        let list = parts.map {
            "<Part><PartNumber>\($0.number)</PartNumber><ETag>\(escaped($0.etag))</ETag>"
                + "<ChecksumSHA256>\($0.checksum)</ChecksumSHA256></Part>"
        }
        let body = "<CompleteMultipartUpload>\(list.joined())</CompleteMultipartUpload>"
        let call = S3Connection.Call(
            method: .POST,
            location: location,
            query: [("uploadId", upload)],
            headers: [("content-type", "application/xml")] + options.precondition,
            body: ByteBuffer(string: body)
        )
        _ = try await connection.send(call, failure: failure)
    }

    private func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case "\"": "&quot;"
            default: String(character)
            }
        }.joined()
    }
}
