extension Plan {
    /// The plan as UTF-8 JSON with sorted keys and no spaces: the same bytes for equal plans, for ever.
    ///
    /// What a `JSONDecoder` reads back as this plan; its SHA-256 is the plan's digest.
    package var canonicalBytes: [UInt8] {
        var bytes = Array("{\"assignments\":[".utf8)
        bytes.appendJoined(assignments) { bytes, assignment in
            bytes += Array("{\"node\":".utf8)
            bytes.appendJSON(assignment.node)
            bytes += Array(",\"set\":\(assignment.set)}".utf8)
        }
        bytes += Array("],\"patchSets\":[".utf8)
        bytes.appendJoined(patchSets) { bytes, set in
            bytes += Array("{\"newcomers\":[".utf8)
            bytes.appendJoined(set.newcomers) { $0.appendJSON($1) }
            bytes += Array("],\"patches\":[".utf8)
            bytes.appendJoined(set.patches) { $0.appendJSON($1) }
            bytes += Array("]}".utf8)
        }
        return bytes + Array("]}".utf8)
    }
}

extension [UInt8] {
    fileprivate mutating func appendJSON(_ patch: Patch) {
        self += Array("{\"architecture\":".utf8)
        appendJSON(patch.architecture)
        self += Array(",\"name\":".utf8)
        appendJSON(patch.name)
        self += Array(",\"version\":".utf8)
        appendJSON(patch.version)
        append(UInt8(ascii: "}"))
    }
}
