import Domain

/// The facts of which there are many: accepted, installing, scanned, and installed without a reboot.
struct PlainFact {
    let fact: HostFact

    init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        var (kind, inventory, patches): (String?, String?, [PatchOutcome]?)
        try reader.object { key, reader throws(PlainJSON.Unusual) in
            switch key {
            case "k": kind = try reader.string()
            case "v": inventory = try reader.string()
            case "p":
                patches = try reader.array { reader throws(PlainJSON.Unusual) in try PatchOutcome(&reader) }
            default: throw PlainJSON.Unusual()
            }
        }
        switch (kind, inventory, patches) {
        case ("accepted", nil, nil): fact = .accepted
        case ("installing", nil, nil): fact = .installing
        case ("scanned", let inventory?, nil): fact = .scanned(inventory: inventory)
        case ("installed", let inventory?, let patches?):
            fact = .installed(inventory: inventory, patches: patches, reboot: nil)
        default: throw PlainJSON.Unusual()
        }
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
        case .installed(let inventory, let patches, nil):
            raw("{\"k\":\"installed\",\"p\":[")
            for (number, patch) in patches.enumerated() {
                if number > 0 { raw(",") }
                try append(patch)
            }
            raw("],\"v\":")
            try string(inventory)
            raw("}")
        case .installed, .refused, .rebooting, .verifying, .failed: throw PlainJSON.Unusual()
        }
    }

    private mutating func append(_ outcome: PatchOutcome) throws(PlainJSON.Unusual) {
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

extension PatchOutcome {
    fileprivate init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        var (patch, state): (Patch?, State?)
        var (before, after): (String?, String?)
        try reader.object { key, reader throws(PlainJSON.Unusual) in
            switch key {
            case "patch": patch = try Patch(&reader)
            case "state": state = State(rawValue: try reader.string())
            case "before": before = try reader.string()
            case "after": after = try reader.string()
            default: throw PlainJSON.Unusual()
            }
        }
        guard let patch, let state else { throw PlainJSON.Unusual() }
        self.init(patch: patch, state: state, before: before, after: after)
    }
}

extension Patch {
    fileprivate init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        var (name, architecture, version): (String?, String?, String?)
        try reader.object { key, reader throws(PlainJSON.Unusual) in
            switch key {
            case "name": name = try reader.string()
            case "architecture": architecture = try reader.string()
            case "version": version = try reader.string()
            default: throw PlainJSON.Unusual()
            }
        }
        guard let name, let architecture, let version else { throw PlainJSON.Unusual() }
        self.init(name: name, architecture: architecture, version: version)
    }
}
