import FoundationEssentials

/// Keeps a host's agent running, as the host's init does, also across reboots.
package struct AgentSupervisor: Sendable {
    /// An agent that ends this often without a reboot is not started again.
    private static let toleratedEnds = 5
    private static let pause = Duration.seconds(1)

    private let program: ChildProgram
    private let bootIdentityFile: String?
    private let rebooted: @Sendable (String) throws -> Void

    /// - Parameters:
    ///   - bootIdentityFile: what names the host's present boot; nil for a host that is not rebooted.
    ///   - rebooted: hears of each boot after the first, with its identity.
    package init(
        program: ChildProgram,
        bootIdentityFile: String?,
        rebooted: @escaping @Sendable (String) throws -> Void
    ) {
        self.program = program
        self.bootIdentityFile = bootIdentityFile
        self.rebooted = rebooted
    }

    /// Runs until the task is cancelled.
    package func run() async throws {
        var ends = 0
        while !Task.isCancelled {
            let before = bootIdentity
            let ending = try await program.runBeside()
            try Task.checkCancellation()
            let after = bootIdentity
            if let after, after != before {
                try rebooted(after)
                continue
            }
            ends += 1
            guard ends < Self.toleratedEnds else { throw program.failure(ending) }
            try await Task.sleep(for: Self.pause)
        }
    }

    private var bootIdentity: String? {
        guard let file = bootIdentityFile, let data = FileManager.default.contents(atPath: file) else {
            return nil
        }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
