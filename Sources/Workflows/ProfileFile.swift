/// The control planes that somebody speaks to, as their file of profiles names them.
package struct ProfileFile: Equatable, Sendable {
    /// One control plane, and with which token.
    package struct Profile: Equatable, Sendable {
        package var name: String
        package var server: String?
        package var tokenFile: String?
        package var caFile: String?
    }

    /// The one that is used where none is named; nil for none.
    package var standard: String?
    /// In the order of the file.
    package var profiles: [Profile]

    private static let maximumBytes = 1 << 16

    /// What the bytes spell out.
    ///
    /// - Parameter file: its name in messages.
    /// - Throws: all that is wrong with it, each with line and column.
    package static func parse(_ bytes: [UInt8], file: String) throws(WorkflowProblems) -> Self {
        let problems = ProblemList(file: file)
        let value = problems.text(of: bytes, atMost: maximumBytes).flatMap { YAMLValue.document($0, problems) }
        let profiles = value.flatMap { read($0, problems) }
        guard let profiles, problems.isEmpty else { throw problems.failure }
        return profiles
    }

    // MARK: - Steps

    private static func read(_ value: YAMLValue, _ problems: ProblemList) -> Self? {
        guard let reader = MappingReader(value, "the profiles' file", keys: ["profile", "profiles"], problems),
            let list = reader.required("profiles", expected: "names with what they stand for")
        else { return nil }
        guard case .mapping(let entries) = list.content else {
            problems.add("found \(list.title): expected names with what they stand for", at: list.place)
            return nil
        }
        let profiles = entries.compactMap { profile($0.key, $0.value, problems) }
        let standard = reader.value("profile")
        let name = standard.flatMap { problems.text($0, expected: "the name of a profile") }
        if let name, let standard, !profiles.contains(where: { $0.name == name }) {
            problems.add("there is no profile `\(name)`: expected one of `profiles`", at: standard.place)
        }
        return Self(standard: name, profiles: profiles)
    }

    private static func profile(_ name: String, _ value: YAMLValue, _ problems: ProblemList) -> Profile? {
        let keys = ["server", "token-file", "ca-file"]
        guard let reader = MappingReader(value, "the profile `\(name)`", keys: keys, problems) else { return nil }
        return Profile(
            name: name,
            server: reader.value("server").flatMap { problems.text($0, expected: "an address") },
            tokenFile: reader.value("token-file").flatMap { problems.text($0, expected: "a file") },
            caFile: reader.value("ca-file").flatMap { problems.text($0, expected: "a file") }
        )
    }
}
