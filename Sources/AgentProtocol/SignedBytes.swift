/// How fields become the bytes that a signature covers.
///
/// The context, a zero byte, then every field behind its length as eight big-endian bytes: no two different lists
/// give the same bytes (as DSSE's pre-authentication encoding does).
package enum SignedBytes {
    package static func encode(_ context: String, _ fields: [[UInt8]]) -> [UInt8] {
        var bytes = Array(context.utf8)
        bytes.append(0)
        for field in fields {
            let length = UInt64(field.count)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: length >> shift))
            }
            bytes += field
        }
        return bytes
    }
}
