package import Domain

extension Plan {
    /// The plan that ``Plan/canonicalBytes`` wrote.
    ///
    /// Of a million nodes a general decoder would hold each value twice before there is a plan.
    package init(canonical text: String) throws {
        do throws(PlainJSON.Unusual) {
            var reader = PlainJSONReader(text)
            try self.init(&reader)
            try reader.end()
        } catch {
            self = try DomainJSON.decode(Plan.self, from: text)
        }
    }

    private init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        try reader.raw("{\"assignments\":")
        let assignments = try reader.array { reader throws(PlainJSON.Unusual) in
            try reader.raw("{\"node\":")
            let node = try reader.string()
            try reader.raw(",\"set\":")
            let set = Int(try reader.integer())
            try reader.raw("}")
            return Assignment(node: node, set: set)
        }
        try reader.raw(",\"patchSets\":")
        let patchSets = try reader.array { reader throws(PlainJSON.Unusual) in try PatchSet(&reader) }
        try reader.raw("}")
        self.init(patchSets: patchSets, assignments: assignments)
    }
}
