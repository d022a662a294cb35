import Domain
package import ReadModels

/// An import as `advisory import` shows it.
package struct ImportPage: Sendable {
    /// Malformed entries that are shown to people.
    private static let shownEntries = 20

    private let imported: AdvisoriesImported

    package init(_ imported: AdvisoriesImported) { self.imported = imported }

    package func lines(_ style: OutputStyle) -> [String] {
        let (last, fact) = (imported.lastImport, imported.lastImport.fact)
        guard !imported.isUnchanged else {
            let since = "import \(fact.number) of \(last.importedAt.toTheSecond)"
            return ["feed \(last.feed): nothing new since \(since), nothing changed".printable]
        }
        var fields = FieldList()
        fields.append("feed", last.feed, tone: .heading)
        fields.append("import", "\(fact.number)")
        fields.append("format", fact.format)
        fields.append("bytes", "\(fact.byteCount)")
        fields.append("sha256", fact.sha256)
        fields.append("etag", fact.etag)
        fields.append("entries", "\(fact.entryCount): \(fact.newCount) new, \(fact.changedCount) changed")
        fields.append("malformed", fact.malformedCount == 0 ? nil : "\(fact.malformedCount), skipped", tone: .warning)
        for entry in last.malformed.prefix(Self.shownEntries) {
            fields.append("skipped", "\(entry.place): \(entry.reason)", tone: .warning)
        }
        let more = fact.malformedCount - min(last.malformed.count, Self.shownEntries)
        fields.append("skipped", more > 0 ? "and \(more) more" : nil, tone: .warning)
        return fields.lines(style)
    }
}

/// The imports as `advisory imports` lists them.
package struct ImportTable: Tabular {
    private let imports: [AdvisoryImportView]

    package init(_ imports: [AdvisoryImportView]) { self.imports = imports }

    package var emptyText: String {
        "Nothing was imported; `ringmaster advisory import --help` says how a feed comes in."
    }

    package var table: Table {
        var table = Table([
            .init("IMPORT", importance: 8, alignment: .right),
            .init("FEED", importance: 9),
            .init("FORMAT", importance: 3),
            .init("ENTRIES", importance: 6, alignment: .right),
            .init("NEW", importance: 5, alignment: .right),
            .init("CHANGED", importance: 5, alignment: .right),
            .init("MALFORMED", importance: 4, alignment: .right),
            .init("BY", importance: 1),
            .init("AT", importance: 7, isWhole: true),
            .init("URL", importance: 0),
        ])
        for entry in imports {
            let fact = entry.fact
            table.append([
                "\(fact.number)",
                .init(entry.feed),
                .init(fact.format),
                "\(fact.entryCount)",
                "\(fact.newCount)",
                "\(fact.changedCount)",
                .init("\(fact.malformedCount)", tone: fact.malformedCount > 0 ? .warning : .plain),
                .init(entry.importedBy),
                .init(entry.importedAt.toTheSecond),
                .init(fact.url ?? ""),
            ])
        }
        return table
    }
}
