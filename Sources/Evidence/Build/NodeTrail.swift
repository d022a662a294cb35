import Time

/// What the rollouts of the period, and of the two days before it, tell of a node.
struct NodeTrail {
    /// A scan, or the end of a run after which nobody has looked.
    struct Sighting {
        var at: Timestamp
        /// Its place in ``NodeTrails/inventories``; nil when nobody has looked.
        var inventory: Int?
    }

    /// How a run that installs ended.
    struct Install {
        var at: Timestamp
        var order: String
        var state: String
        var cause: String
    }

    /// In the order of time once all rollouts are read.
    var sightings: [Sighting] = []
    var lastInstall: Install?
    /// Where the baseline of the last scan is found.
    var lastScan: (at: Timestamp, cycle: String, patchGroup: String)?
}

/// By node.
final class NodeTrails {
    private(set) var inventories: [String] = []
    private var places: [String: Int] = [:]
    private(set) var trails: [String: NodeTrail] = [:]

    subscript(node: String) -> NodeTrail {
        get { trails[node] ?? NodeTrail() }
        _modify { yield &trails[node, default: NodeTrail()] }
    }

    /// The place of an inventory.
    func place(of digest: String) -> Int {
        if let place = places[digest] { return place }
        places[digest] = inventories.count
        inventories.append(digest)
        return inventories.count - 1
    }

    /// Rollouts are read one by one, and their runs lie beside each other in time.
    func sort() {
        for node in trails.keys { trails[node]?.sightings.sort { $0.at < $1.at } }
    }
}
