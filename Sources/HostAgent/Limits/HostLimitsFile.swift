import FoundationEssentials

/// The file in which a host's owner says what orders may do to it.
package struct HostLimitsFile: Sendable {
    package static let path = "/etc/ringmaster-agent/limits.json"
    /// Largest file that is read, in bytes.
    private static let maximumBytes: Int64 = 1 << 20

    private let path: String

    package init(path: String = HostLimitsFile.path) { self.path = path }

    /// The limits, or why they cannot be read.
    package var result: Result<HostLimits, AgentFailure> {
        do throws(AgentFailure) {
            return .success(try read())
        } catch {
            return .failure(error)
        }
    }

    /// The limits; none where there is no file.
    ///
    /// - Throws: when it cannot be read as a whole, or others than the agent's user may write it: then nobody knows what the
    ///   owner wants, and nothing that changes the host is to be done.
    package func read() throws(AgentFailure) -> HostLimits {
        do {
            guard let access = try FileAccess(of: path) else { return HostLimits() }
            guard access.isOwn, access.mode & 0o022 == 0 else {
                throw AgentFailure("\(path) may be written by others than root: chown root and chmod 644 it")
            }
            guard access.bytes <= Self.maximumBytes else {
                throw AgentFailure("\(path) is larger than \(Self.maximumBytes) bytes")
            }
            return try JSONDecoder().decode(HostLimits.self, from: Data(try DurableFile.read(path) ?? []))
        } catch let failure as AgentFailure {
            throw failure
        } catch let error as DecodingError {
            throw AgentFailure("\(path) does not read: \(error.place)")
        } catch {
            throw AgentFailure("\(path) does not read: \(error)")
        }
    }
}

extension DecodingError {
    /// Where it is, and what.
    fileprivate var place: String {
        let context =
            switch self {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: Context(codingPath: [], debugDescription: "\(self)")
            }
        let path = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        return (path.isEmpty ? "" : "\(path.drop { $0 == "." }): ") + context.debugDescription
    }
}
