/// Files that package managers lay beside configuration files of which the host keeps its own.
enum KeptConfiguration {
    /// Most files that an inventory names.
    private static let maximum = 1_000

    /// Those of the paths that are there, sorted.
    static func files(among candidates: Set<String>, root: String) -> [String] {
        Array(candidates.filter { Boot.exists(root + $0) }.sorted().prefix(maximum))
    }
}
