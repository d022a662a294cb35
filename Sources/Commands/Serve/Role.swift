import ArgumentParser

/// What a server process does.
enum Role: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Answers operators and agents.
    case api
    /// Decides: owns shards, commits.
    case engine
    /// Carries out what cycles ask for.
    case worker
}

/// `api,engine,worker`, in any order.
struct Roles: ExpressibleByArgument, Sendable {
    let set: Set<Role>

    static let all = Self(set: Set(Role.allCases))

    private init(set: Set<Role>) { self.set = set }

    init?(argument: String) {
        let names = argument.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        let roles = names.compactMap(Role.init(rawValue:))
        guard !roles.isEmpty, roles.count == names.count else { return nil }
        set = Set(roles)
    }

    var defaultValueDescription: String {
        Role.allCases.filter(set.contains).map(\.rawValue).joined(separator: ",")
    }
}
