import Domain
import PatchStreams

extension DocumentView {
    /// Those of the stages, sorted by name; nil when there are none.
    static func all(of stages: [Stage]) throws -> [DocumentView]? {
        var views: [String: DocumentView] = [:]
        for stage in stages {
            for (place, document) in stage.namedDocuments {
                let digest = ContentStore.digest(of: try DomainJSON.encode(document))
                var view =
                    views[digest]
                    ?? DocumentView(
                        name: document.name,
                        description: document.description,
                        digest: digest,
                        steps: document.steps.map(\.name),
                        runs: []
                    )
                view.runs.append(place)
                views[digest] = view
            }
        }
        return views.isEmpty ? nil : views.values.sorted { ($0.name, $0.digest) < ($1.name, $1.digest) }
    }
}

extension Stage {
    fileprivate var namedDocuments: [(place: String, document: Document)] {
        if case .run(_, let document) = work { return [(name, document)] }
        return Hook.allCases.compactMap { hook in
            hooks?[hook].map { (place: "\(name): \(hook.rawValue)", document: $0) }
        }
    }
}
