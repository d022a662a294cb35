import Domain

/// The facts of hosts that end well.
extension HostFact {
    init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        if reader.take("{\"b\":") {
            let boot = try BootIdentity(&reader)
            let isRebooting = reader.take(",\"k\":\"rebooting\"")
            if !isRebooting { try reader.raw(",\"k\":\"verifying\"") }
            self = isRebooting ? .rebooting(boot) : .verifying(boot)
        } else if reader.take("{\"k\":\"installed\",\"p\":") {
            let patches = try [PatchOutcome](&reader)
            let reboot = reader.take(",\"r\":") ? try RebootProof(&reader) : nil
            try reader.raw(",\"v\":")
            self = .installed(inventory: try reader.text(), patches: patches, reboot: reboot)
        } else if reader.take("{\"k\":\"scanned\",\"v\":") {
            self = .scanned(inventory: try reader.text())
        } else if reader.take("{\"k\":\"accepted\"") {
            self = .accepted
        } else {
            try reader.raw("{\"k\":\"installing\"")
            self = .installing
        }
        try reader.raw("}")
    }
}

extension PlainJSONWriter {
    mutating func append(_ fact: HostFact) throws(PlainJSON.Unusual) {
        switch fact {
        case .accepted: raw("{\"k\":\"accepted\"}")
        case .installing: raw("{\"k\":\"installing\"}")
        case .scanned(let inventory):
            raw("{\"k\":\"scanned\",\"v\":")
            try string(inventory)
            raw("}")
        case .rebooting(let boot):
            raw("{\"b\":")
            try append(boot)
            raw(",\"k\":\"rebooting\"}")
        case .verifying(let boot):
            raw("{\"b\":")
            try append(boot)
            raw(",\"k\":\"verifying\"}")
        case .installed(let inventory, let patches, let reboot):
            raw("{\"k\":\"installed\",\"p\":[")
            for (number, patch) in patches.enumerated() {
                if number > 0 { raw(",") }
                try append(patch)
            }
            raw("]")
            if let reboot {
                raw(",\"r\":")
                try append(reboot)
            }
            raw(",\"v\":")
            try string(inventory)
            raw("}")
        case .refused, .ran, .failed: throw PlainJSON.Unusual()
        }
    }

    private mutating func append(_ outcome: PatchOutcome) throws(PlainJSON.Unusual) {
        guard outcome.failure == nil, outcome.output == nil else { throw PlainJSON.Unusual() }
        raw("{")
        if let after = outcome.after {
            raw("\"after\":")
            try string(after)
            raw(",")
        }
        if let before = outcome.before {
            raw("\"before\":")
            try string(before)
            raw(",")
        }
        raw("\"patch\":{\"architecture\":")
        try string(outcome.patch.architecture)
        raw(",\"name\":")
        try string(outcome.patch.name)
        raw(",\"version\":")
        try string(outcome.patch.version)
        raw("},\"state\":")
        try string(outcome.state.rawValue)
        raw("}")
    }
}

extension [PatchOutcome] {
    fileprivate init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        var outcomes: Self = []
        try reader.forEach { reader throws(PlainJSON.Unusual) in
            if let outcome = try PatchOutcome.wanted(&reader) { outcomes.append(outcome) }
        }
        self = outcomes
    }
}

extension PatchOutcome {
    /// nil for one that a fold does not ask for: it judges by those that failed, and names them.
    fileprivate static func wanted(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) -> Self? {
        let start = reader.offset
        let outcome = try Self(&reader)
        guard reader.purpose == .fold else { return outcome }
        guard outcome.state == .failed else { return nil }
        reader.rewind(to: start, for: .decode)
        defer { reader.purpose = .fold }
        return try Self(&reader)
    }

    private init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        try reader.raw("{")
        var (before, after): (String?, String?)
        if reader.take("\"after\":") {
            after = try reader.text()
            try reader.raw(",")
        }
        if reader.take("\"before\":") {
            before = try reader.text()
            try reader.raw(",")
        }
        try reader.raw("\"patch\":{\"architecture\":")
        let architecture = try reader.text()
        try reader.raw(",\"name\":")
        let name = try reader.text()
        try reader.raw(",\"version\":")
        let version = try reader.text()
        try reader.raw("},\"state\":")
        let state = try State(&reader)
        try reader.raw("}")
        let patch = Patch(name: name, architecture: architecture, version: version)
        self.init(patch: patch, state: state, before: before, after: after)
    }
}

extension PatchOutcome.State {
    fileprivate init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        if reader.take("\"installed\"") {  // as nearly all are
            self = .installed
        } else {
            guard let state = Self(rawValue: try reader.string()) else { throw PlainJSON.Unusual() }
            self = state
        }
    }
}
