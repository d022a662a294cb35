import Foundation

extension Data {
    /// Changes a file's last byte, as somebody on the way to a host may; its length stays.
    static func flipLastByte(ofFile path: String) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
    }
}
