import Time

extension Advisory {
    /// The advisory as UTF-8 JSON with sorted keys and no spaces: the same bytes for equal advisories, for ever.
    ///
    /// What a `JSONDecoder` reads back as this advisory. Its SHA-256 tells an edited advisory from the one before.
    package var canonicalBytes: [UInt8] {
        CanonicalJSON.object([
            "classification": .text(classification),
            "cves": .list(cves.map { .text($0.description) }),
            "fixes": .list(fixes.map(\.canonical)),
            "id": .text(id),
            "isWithdrawn": .boolean(isWithdrawn),
            "issued": issued.map { .integer($0.microseconds) },
            "link": link.map { .text($0) },
            "severityWord": .text(severityWord),
            "source": .text(source.rawValue),
            "title": .text(title),
            "updated": updated.map { .integer($0.microseconds) },
        ]).bytes
    }
}

extension FixedPackage {
    fileprivate var canonical: CanonicalJSON {
        .object([
            "architecture": architecture.map { .text($0) },
            "isSource": .boolean(isSource),
            "name": .text(name),
            "product": .text(product),
            "reboot": .text(reboot.rawValue),
            "version": version.map { .text($0) },
        ])
    }
}

extension KnownExploited {
    /// The entry in the form of ``Advisory/canonicalBytes``.
    package var canonicalBytes: [UInt8] {
        CanonicalJSON.object([
            "addedAt": addedAt.map { .integer($0.microseconds) },
            "cve": .text(cve.description),
            "dueAt": dueAt.map { .integer($0.microseconds) },
            "isUsedByRansomware": .boolean(isUsedByRansomware),
        ]).bytes
    }
}

extension ExploitProbability {
    /// The estimate in the form of ``Advisory/canonicalBytes``.
    package var canonicalBytes: [UInt8] {
        CanonicalJSON.object([
            "cve": .text(cve.description),
            "model": .text(model),
            "percentile": .number(percentile),
            "probability": .number(probability),
            "scoredAt": scoredAt.map { .integer($0.microseconds) },
        ]).bytes
    }
}
