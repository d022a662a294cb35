import AgentProtocol
import Glibc

/// The machine that the agent's disk is in, as its firmware names it.
package enum Machine {
    package static let identityFile = "/sys/class/dmi/id/product_uuid"

    /// nil where the firmware names nothing, as in many containers.
    package static func identity(file: String = identityFile) throws(FileFailure) -> String? {
        try DurableFile.text(file)?.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }

    static func hostname() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// What tells one boot of one machine from every other: 16 hexadecimal digits.
    package static func boot(_ machine: String?, _ bootID: String) -> String {
        String(Hexadecimal.sha256(Array("\(machine ?? "")\n\(bootID)".utf8)).prefix(16))
    }

    /// rpm's name of this machine's architecture such as `x86_64`.
    static func architecture() throws(StepFailure) -> String {
        var name = utsname()
        guard uname(&name) == 0 else {
            throw StepFailure(.unknown, FileFailure("tell", "the architecture", errno).description)
        }
        return withUnsafeBytes(of: &name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// Whether the disk was copied, or moved, from the machine that was enrolled: both may be at work under one name.
    package static func isAnother(_ present: String?, than enrolled: String?) -> Bool {
        guard let present, let enrolled else { return false }
        return present != enrolled
    }
}
