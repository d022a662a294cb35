import SwiftASN1

/// What a time-stamping authority (RFC 3161) has answered.
///
/// What it says is read here; that the authority said it is for OpenSSL to verify, which knows certificates' purposes.
struct TimestampReply {
    let digest: [UInt8]
    let nonce: [UInt8]?
    /// As ISO 8601 has it.
    let time: String

    /// - Throws: ``TimestampProblem`` for what is no reply, or a refusal.
    init(_ bytes: [UInt8]) throws(TimestampProblem) {
        do {
            let reply = try DERNode(bytes)
            let status = try reply.child(0).child(0).content
            guard status == [0] || status == [1] else { throw TimestampProblem.refused(status: status.map(Int.init)) }
            // ContentInfo, SignedData, EncapsulatedContentInfo, OCTET STRING
            let signed = try reply.child(1).child(1).child(0)
            let info = try DERNode(signed.child(2).child(1).child(0).content)
            digest = try info.child(2).child(1).content
            time = Self.text(try info.child(4).content)
            nonce = try info.children.dropFirst(5).first { $0.isInteger }?.content
        } catch let problem as TimestampProblem {
            throw problem
        } catch {
            throw .unreadable("\(error)")
        }
    }

    /// `20260702000000Z` as `2026-07-02T00:00:00Z`.
    private static func text(_ time: [UInt8]) -> String {
        let digits = Array(String(decoding: time, as: UTF8.self))
        guard digits.count >= 15 else { return String(digits) }
        let (day, clock) = (digits[..<8], digits[8...])
        return "\(String(day[..<4]))-\(String(day[4..<6]))-\(String(day[6...]))T\(String(clock[8..<10])):"
            + "\(String(clock[10..<12])):\(String(clock[12...]))"
    }
}

/// Why a timestamp is of no use.
package enum TimestampProblem: Error, Equatable, CustomStringConvertible {
    case refused(status: [Int])
    case unreadable(String)
    case otherDigest
    case otherNonce

    package var description: String {
        switch self {
        case .refused(let status): "the authority refused it (status \(status.map(String.init).joined()))"
        case .unreadable(let reason): "it is no reply of a time-stamping authority: \(reason)"
        case .otherDigest: "it is of something else"
        case .otherNonce: "it answers another request"
        }
    }
}

/// A node of DER whose parts are asked by their place.
private struct DERNode {
    private let node: ASN1Node

    init(_ bytes: [UInt8]) throws { node = try DER.parse(bytes) }

    private init(_ node: ASN1Node) { self.node = node }

    var isInteger: Bool { node.identifier == .integer }

    var children: [DERNode] {
        get throws {
            guard case .constructed(let nodes) = node.content else {
                throw TimestampProblem.unreadable("a part of it has no parts")
            }
            return nodes.map(DERNode.init)
        }
    }

    func child(_ place: Int) throws -> DERNode {
        let children = try children
        guard children.indices.contains(place) else {
            throw TimestampProblem.unreadable("a part of it is missing")
        }
        return children[place]
    }

    /// Of a part that has no parts.
    var content: [UInt8] {
        get throws {
            guard case .primitive(let bytes) = node.content else {
                throw TimestampProblem.unreadable("a part of it has parts where bytes must be")
            }
            return Array(bytes)
        }
    }
}
