import Glibc
import ReadModels

/// A network that hosts may enrol from, in CIDR notation such as `10.7.0.0/16` or `2001:db8::/32`; an address alone is itself.
package struct SourceNetwork: Sendable {
    private let bytes: [UInt8]
    private let length: Int

    /// nil for what is no network.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = Self.bytes(of: String(parts[0])) else { return nil }
        guard let length = parts.count == 1 ? bytes.count * 8 : Int(parts[1]), (0...bytes.count * 8).contains(length)
        else { return nil }
        self.bytes = bytes
        self.length = length
    }

    package func contains(_ address: String) -> Bool {
        guard let other = Self.bytes(of: address), other.count == bytes.count else { return false }
        return (0..<length).allSatisfy { bit in
            let mask: UInt8 = 0x80 >> (bit % 8)
            return bytes[bit / 8] & mask == other[bit / 8] & mask
        }
    }

    /// What addresses that are likely one sender's have in common.
    package static func bucket(of address: String) -> String {
        guard let bytes = bytes(of: address) else { return address }
        return Hexadecimal.text(bytes.count == 16 ? Array(bytes.prefix(8)) : bytes)
    }

    /// 4 or 16 bytes; an IPv4 address that came as one of IPv6 is one of IPv4.
    private static func bytes(of address: String) -> [UInt8]? {
        let text = String(address.prefix { $0 != "%" })
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 { return four }
        var sixteen = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        let isMapped = sixteen[..<10].allSatisfy { $0 == 0 } && sixteen[10] == 0xff && sixteen[11] == 0xff
        return isMapped ? Array(sixteen[12...]) : sixteen
    }
}
