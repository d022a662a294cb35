import Domain
import ReadModels

/// Goes through what vendors' advisories fix, package by package in the order of their names, and makes pages of the patches.
struct CatalogueWalk: Sendable {
    /// Packages that a request looks at: where filters leave few patches, its page is short, and the next one goes on.
    private static let mostPackages = 2_000
    private static let packagesAtOnce = 100

    let operation: String
    let filter: CatalogueFilter
    let systems: Set<OperatingSystem>
    let questions: FleetQuestions

    /// - Parameter make: nil for a patch that is not meant.
    func page<Item>(
        after token: String?,
        atMost limit: Int,
        _ make: (CataloguePatch) -> Item?
    ) async throws -> (items: [Item], next: String?) {
        var (items, place) = ([Item](), try Place(PageToken.last(operation, token)))
        for _ in 0..<(Self.mostPackages / Self.packagesAtOnce) {
            let names = try await questions.fixedNames(filter, from: place.package, limit: Self.packagesAtOnce + 1)
            let patches = try await patches(of: Array(names.prefix(Self.packagesAtOnce)))
            for name in names.prefix(Self.packagesAtOnce) {
                let meant = (patches[name] ?? []).compactMap(make)
                let skipped = name == place.package ? place.skipped : 0
                for (index, item) in meant.enumerated().dropFirst(skipped) {
                    guard items.count < limit else { return (items, next(Place(name, skipped: index))) }
                    items.append(item)
                }
            }
            guard names.count > Self.packagesAtOnce, let first = names.last else { return (items, nil) }
            place = Place(first, skipped: 0)
        }
        return (items, next(place))
    }

    // MARK: - Steps

    private func patches(of names: [String]) async throws -> [String: [CataloguePatch]] {
        guard !names.isEmpty else { return [:] }
        let advisories = try await questions.advisories(fixing: names, of: filter.sources)
        return Dictionary(grouping: CataloguePatch.patches(of: advisories, on: systems), by: \.candidate.patch.name)
    }

    private func next(_ place: Place) -> String {
        PageToken.make(operation, last: "\(place.skipped) \(place.package)")
    }

    /// Where a page begins: behind some of a package's patches.
    private struct Place {
        let package: String
        let skipped: Int

        init(_ package: String, skipped: Int) { (self.package, self.skipped) = (package, skipped) }

        /// - Parameter text: what a token holds.
        init(_ text: String?) throws(SSMError) {
            guard let text else {
                self.init("", skipped: 0)
                return
            }
            let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let skipped = Int(parts[0]), skipped >= 0 else {
                throw .validation("The specified token is not valid.")
            }
            self.init(String(parts[1]), skipped: skipped)
        }
    }
}
