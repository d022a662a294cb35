import Domain
import Time

extension RolloutSpec {
    init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        try reader.raw("{\"cycle\":")
        let cycle = try reader.string()
        try reader.raw(",\"deliverySeconds\":")
        let deliverySeconds = Int(try reader.integer())
        try reader.raw(",\"hostRunSeconds\":")
        let hostRunSeconds = Int(try reader.integer())
        let openedSecond = reader.take(",\"openedSecond\":") ? Int(try reader.integer()) : nil
        try reader.raw(",\"operation\":")
        let operation = try Operation(&reader)
        try reader.raw(",\"patchGroup\":")
        let patchGroup = try reader.string()
        try reader.raw(",\"rateControl\":{\"maxConcurrency\":")
        let maxConcurrency = try Limit(&reader)
        try reader.raw(",\"maxErrors\":")
        let rateControl = RateControl(maxConcurrency: maxConcurrency, maxErrors: try Limit(&reader))
        try reader.raw("},\"rollout\":")
        let rollout = try reader.string()
        try reader.raw(",\"site\":")
        let site = try reader.string()
        try reader.raw(",\"stage\":")
        let stage = try reader.string()
        try reader.raw(",\"targets\":")
        let targets = try reader.array { reader throws(PlainJSON.Unusual) in try reader.string() }
        try reader.raw(",\"window\":")
        let window = try WindowOccurrence(&reader)
        try reader.raw("}")
        self.init(
            cycle: cycle,
            stage: stage,
            rollout: rollout,
            site: site,
            patchGroup: patchGroup,
            operation: operation,
            targets: targets,
            window: window,
            rateControl: rateControl,
            deliverySeconds: deliverySeconds,
            hostRunSeconds: hostRunSeconds,
            openedSecond: openedSecond
        )
    }
}

extension RolloutSpec.Operation {
    fileprivate init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        if reader.take("{\"scan\":{}}") {
            self = .scan
            return
        }
        try reader.raw("{\"install\":{\"_0\":{\"patchSets\":")
        let patchSets = try reader.array { reader throws(PlainJSON.Unusual) in try PatchSet(&reader) }
        try reader.raw(",\"planDigest\":")
        let planDigest = try reader.string()
        try reader.raw(",\"reboot\":")
        guard let reboot = RebootPolicy(rawValue: try reader.string()) else { throw PlainJSON.Unusual() }
        let rebootSlots = reader.take(",\"rebootSlots\":") ? try RebootSlotsOfTargets(&reader) : nil
        try reader.raw(",\"setOfTarget\":")
        let setOfTarget = try reader.array { reader throws(PlainJSON.Unusual) in Int(try reader.integer()) }
        try reader.raw("}}}")
        self = .install(
            InstallWork(
                planDigest: planDigest,
                patchSets: patchSets,
                setOfTarget: setOfTarget,
                reboot: reboot,
                rebootSlots: rebootSlots
            )
        )
    }
}

extension RebootSlotsOfTargets {
    fileprivate init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        try reader.raw("{\"groupOfTarget\":")
        let groupOfTarget = try reader.array { reader throws(PlainJSON.Unusual) in Int(try reader.integer()) }
        try reader.raw(",\"groups\":")
        let groups = try reader.array { reader throws(PlainJSON.Unusual) in try reader.string() }
        try reader.raw("}")
        let names = groupOfTarget.map { groups.indices.contains($0) ? groups[$0] : nil }
        // Making one sorts; what is stored is taken as it is.
        guard let made = Self(names), made.groups == groups, made.groupOfTarget == groupOfTarget else {
            throw PlainJSON.Unusual()
        }
        self = made
    }
}

extension PatchSet {
    init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        try reader.raw("{\"newcomers\":")
        let newcomers = try reader.array { reader throws(PlainJSON.Unusual) in try Patch(&reader) }
        try reader.raw(",\"patches\":")
        let patches = try reader.array { reader throws(PlainJSON.Unusual) in try Patch(&reader) }
        try reader.raw("}")
        self.init(patches: patches, newcomers: newcomers)
        // Making one sorts; what is stored is taken as it is.
        guard self.patches == patches, self.newcomers == newcomers else { throw PlainJSON.Unusual() }
    }
}

extension Patch {
    fileprivate init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        try reader.raw("{\"architecture\":")
        let architecture = try reader.string()
        try reader.raw(",\"name\":")
        let name = try reader.string()
        try reader.raw(",\"version\":")
        self.init(name: name, architecture: architecture, version: try reader.string())
        try reader.raw("}")
    }
}

extension Limit {
    fileprivate init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        if reader.take("{\"percent\":{\"_0\":") {
            self = .percent(Int(try reader.integer()))
        } else {
            try reader.raw("{\"count\":{\"_0\":")
            self = .count(Int(try reader.integer()))
        }
        try reader.raw("}}")
    }
}

extension WindowOccurrence {
    fileprivate init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        try reader.raw("{\"closes\":")
        let closes = Timestamp(microseconds: try reader.integer())
        try reader.raw(",\"cutoff\":")
        let cutoff = Timestamp(microseconds: try reader.integer())
        try reader.raw(",\"opens\":")
        self.init(opens: Timestamp(microseconds: try reader.integer()), cutoff: cutoff, closes: closes)
        try reader.raw("}")
    }
}
