import PackageVersions

/// One package that a control field names, such as `acme-tls:any (>= 2)`.
struct AptRelation: Equatable {
    let name: String
    /// `<<`, `<=`, `=`, `>=` or `>>`; nil for any version.
    let comparison: String?
    let version: String

    /// nil for what is no relation.
    init?(_ text: Substring) {
        let parts = text.split(separator: "(", maxSplits: 1)
        guard let name = parts.first?.split(whereSeparator: { $0 == " " || $0 == ":" }).first else { return nil }
        self.name = String(name)
        let words = parts.dropFirst().first?.split(whereSeparator: { $0 == " " || $0 == ")" }) ?? []
        comparison = words.count == 2 ? String(words[0]) : nil
        version = words.count == 2 ? String(words[1]) : ""
    }

    /// The clauses of a field, all of which must hold, with their alternatives.
    static func clauses(_ field: String?) -> [[AptRelation]] {
        (field ?? "").split(separator: ",").map { $0.split(separator: "|").compactMap { AptRelation($0) } }
            .filter { !$0.isEmpty }
    }

    /// - Parameter other: nil for a package that is provided without a version, which meets no versioned relation.
    func holds(for other: String?) -> Bool {
        guard let comparison else { return true }
        guard let other else { return false }
        let (left, right) = (DebianVersion(other), DebianVersion(version))
        switch comparison {
        case "<<": return left < right
        case "<=": return left <= right
        case "=": return left == right
        case ">>": return left > right
        default: return left >= right
        }
    }
}

/// What one version of a package says of others.
struct AptRelations {
    let name: String
    let version: String
    let depends: [[AptRelation]]
    /// What may not be configured or installed beside it.
    let excludes: [AptRelation]
    let provides: [AptRelation]

    /// - Parameter fields: of its control paragraph.
    init(name: String, version: String, fields: [String: String]) {
        self.name = name
        self.version = version
        depends = AptRelation.clauses(fields["Pre-Depends"]) + AptRelation.clauses(fields["Depends"])
        excludes = (AptRelation.clauses(fields["Breaks"]) + AptRelation.clauses(fields["Conflicts"])).flatMap(\.self)
        provides = AptRelation.clauses(fields["Provides"]).flatMap(\.self)
    }

    /// Whether it is what the relation asks for, by itself or by what it provides.
    func meets(_ relation: AptRelation) -> Bool {
        if name == relation.name, relation.holds(for: version) { return true }
        return provides.contains { provided in
            provided.name == relation.name && relation.holds(for: provided.comparison == nil ? nil : provided.version)
        }
    }

    /// The names under which relations may mean it.
    var names: [String] { [name] + provides.map(\.name) }
}
