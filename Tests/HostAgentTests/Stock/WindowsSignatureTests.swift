import Crypto
import Foundation
import TestSupport
import Testing

/// The one-shot's own check of Ed25519 signatures.
@Suite("Signatures on Windows", .timeLimit(.minutes(10)), .enabled(if: MonoHost.isPossible))
struct WindowsSignatureTests {
    private struct Case {
        var key: Data
        var message: Data
        var signature: Data

        var line: String { [key, message, signature].map { $0.base64EncodedString() }.joined(separator: " ") }

        /// As the library judges it, which every other agent goes by.
        var isValid: Bool {
            (try? Curve25519.Signing.PublicKey(rawRepresentation: key))?.isValidSignature(signature, for: message)
                ?? false
        }
    }

    @Test("are judged as the library judges them: of random keys, and with a bit of key, message or signature changed")
    func agrees() async throws {
        var cases: [Case] = []
        for number in 0..<40 {
            let key = Curve25519.Signing.PrivateKey()
            let message = Data((0..<(1 + number * 20)).map { _ in UInt8.random(in: .min ... .max) })
            let good = Case(
                key: key.publicKey.rawRepresentation,
                message: message,
                signature: try key.signature(for: message)
            )
            var changed = [good, good, good, good]
            Self.change(&changed[0].key)
            Self.change(&changed[1].message)
            Self.change(&changed[2].signature)
            changed[3].signature = Self.secondForm(of: good.signature)
            cases += [good] + changed
        }
        cases.append(Case(key: Data(count: 32), message: Data(), signature: Data(count: 64)))
        cases.append(Case(key: Data(count: 31), message: Data(), signature: Data(count: 63)))
        let host = try MonoHost([])
        try await host.compile()
        let verdicts = try await host.verdicts(cases.map(\.line))
        try #require(verdicts.count == cases.count)
        for (verdict, given) in zip(verdicts, cases) { #expect(verdict == given.isValid, "\(given.line)") }
        #expect(verdicts.count { $0 } >= 40)
    }

    private static func change(_ data: inout Data) {
        let bit = Int.random(in: 0..<data.count * 8)
        data[data.startIndex + bit / 8] ^= 1 << (bit % 8)
    }

    /// The same signature with S + L for S, which would be valid, too, where nobody asks for the least S.
    private static func secondForm(of signature: Data) -> Data {
        let order: [UInt8] =
            [
                0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
            ] + [UInt8](repeating: 0, count: 15) + [0x10]
        var (bytes, carry) = (Array(signature), 0)
        for index in 0..<32 {
            let sum = Int(bytes[32 + index]) + Int(order[index]) + carry
            bytes[32 + index] = UInt8(sum & 0xff)
            carry = sum >> 8
        }
        return Data(bytes)
    }
}
