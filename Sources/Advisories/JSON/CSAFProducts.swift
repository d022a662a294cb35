/// The product tree of a CSAF document.
struct CSAFProducts: Decodable {
    private var branches: [Branch]?
    private var relationships: [Relationship]?

    private struct Branch: Decodable {
        let name: String
        let branches: [Branch]?
        let product: Product?
    }

    private struct Product: Decodable {
        let name: String
        let product_id: String
    }

    private struct Relationship: Decodable {
        let product_reference: String
        let relates_to_product_reference: String
        let full_product_name: Product
    }

    init() {}

    /// The products by their ids.
    func index() -> Index {
        var index = Index()
        for branch in branches ?? [] { add(branch, parent: "", to: &index, depth: 0) }
        for relationship in relationships ?? [] {
            index.components[relationship.full_product_name.product_id] = (
                relationship.product_reference, relationship.relates_to_product_reference
            )
        }
        return index
    }

    private func add(_ branch: Branch, parent: String, to index: inout Index, depth: Int) {
        guard depth < FeedLimits.depth else { return }
        if let product = branch.product {
            index.names[product.product_id] = FeedText.line(product.name, bytes: 300)
            index.families[product.product_id] = FeedText.line(parent, bytes: 300)
        }
        for child in branch.branches ?? [] { add(child, parent: branch.name, to: &index, depth: depth + 1) }
    }

    struct Index {
        fileprivate var names: [String: String] = [:]
        /// The name of the branch that holds the product: the product whatever its version.
        fileprivate var families: [String: String] = [:]
        fileprivate var components: [String: (package: String, release: String)] = [:]

        /// The package's own id, which is its name and version, and the name of the release.
        func component(_ id: String) -> (package: String, release: String)? {
            guard let component = components[id] else { return nil }
            return (component.package, names[component.release] ?? FeedText.line(component.release, bytes: 300))
        }

        func family(_ id: String) -> String? { families[id].flatMap { $0.isEmpty ? names[id] : $0 } }
    }
}
