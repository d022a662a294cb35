import FoundationEssentials

/// Keeps a host's agent running, as the host's init does, also across reboots.
struct AgentSupervisor: Sendable {
    /// An agent that ends this often without a reboot is not started again.
    private static let toleratedEnds = 5
    private static let pause = Duration.seconds(1)

    let host: EnrolledHost
    let program: ChildProgram
    /// Hears of each boot after the first, with its identity.
    let rebooted: @Sendable (String) throws -> Void

    /// Runs until the task is cancelled.
    func run() async throws {
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
        guard let file = host.bootIdentityFile, let data = FileManager.default.contents(atPath: file) else {
            return nil
        }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
