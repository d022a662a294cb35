import AgentProtocol
import ControlPlane
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdCore
import ReadModels
import Time

/// What vendors publish, and its import: `/api/v1/advisories`.
struct AdvisoryRoutes: Sendable {
    let services: ControlPlaneServices

    func add(to group: OperatorGroup) {
        group.upload("advisories/imports", .changePolicy) { request, actor in
            let imported = try await importFeed(request, by: actor)
            return try JSONBody.respond(imported, status: imported.isUnchanged ? .ok : .created)
        }
        group.get("advisories/imports", on: .none) { request, _ in
            let feed = request.uri.queryParameters["feed"].map(String.init)
            let (after, limit) = page(request)
            return try JSONBody.respond(
                try await services.questions.advisoryImports(feed: feed, after: after, limit: limit)
            )
        }
        group.get("advisories/impact", on: .fleet) { request, _ in
            let query = request.uri.queryParameters
            guard let subject = query["of"].map(String.init), !subject.isEmpty else {
                let detail = "an impact is of a CVE or an advisory: say which with of=CVE-2024-6387"
                throw Problem(status: 400, code: "malformed-filter", detail: detail)
            }
            let (source, (after, limit)) = (query["source"].map(String.init), page(request))
            return try JSONBody.respond(
                try await services.sla.impact(of: subject, source: source, after: after, limit: limit)
            )
        }
        group.get("advisories", on: .none) { request, _ in
            let (after, limit) = page(request)
            let filter = try filter(request)
            return try JSONBody.respond(try await services.questions.advisories(filter, after: after, limit: limit))
        }
        group.get("advisories/:first", on: .none) { request, context in
            try JSONBody.respond(try await advisory(request, try context.decoded("first"), source: nil))
        }
        group.get("advisories/:first/:id", on: .none) { request, context in
            let source = try context.decoded("first")
            return try JSONBody.respond(try await advisory(request, try context.decoded("id"), source: source))
        }
    }

    // MARK: - Steps

    private func importFeed(_ request: Request, by actor: String) async throws -> AdvisoriesImported {
        let query = request.uri.queryParameters
        func text(_ name: Substring) -> String? { query[name].map(String.init) }
        var upload = FeedUpload(
            feed: text("feed") ?? "",
            path: "",
            sha256: "",
            byteCount: 0,
            format: text("format"),
            url: text("url"),
            etag: text("etag"),
            by: actor
        )
        // Before megabytes are taken in.
        try AdvisoryService.check(upload)
        return try await UploadedFile.with(request.body, atMost: AdvisoryService.maximumBytes) { file in
            upload.path = file.path
            upload.sha256 = file.sha256
            upload.byteCount = file.byteCount
            return try await services.advisories.importFeed(upload)
        }
    }

    private func advisory(_ request: Request, _ id: String, source: String?) async throws -> AdvisoryView {
        let version = request.uri.queryParameters["version"].map(String.init)
        return try await services.questions.advisory(id, source: source, version: version)
    }

    private func filter(_ request: Request) throws -> AdvisoryFilter {
        let query = request.uri.queryParameters
        func value<Value>(_ name: Substring, _ what: String, _ make: (String) -> Value?) throws -> Value? {
            guard let text = query[name].map(String.init) else { return nil }
            guard let value = make(text) else {
                let detail = "\(name)=\(text.prefix(80)) is not \(what)"
                throw Problem(status: 400, code: "malformed-filter", detail: detail)
            }
            return value
        }
        let sources = AdvisorySource.allCases.map(\.rawValue).joined(separator: ", ")
        return AdvisoryFilter(
            source: try value("source", "one of \(sources)", AdvisorySource.init(rawValue:)),
            cve: try value("cve", "a CVE id such as CVE-2024-6387") { CVE($0) },
            package: query["package"].map(String.init),
            since: try value("since", "a time such as 2026-11-23T08:00:00Z") { Timestamp(iso8601: $0) }
        )
    }

    private func page(_ request: Request) -> (after: String?, limit: Int) {
        let query = request.uri.queryParameters
        let limit = query["limit"].flatMap { Int($0) } ?? 500
        return (query["after"].map(String.init), min(max(limit, 1), Listing<AdvisorySummary>.maximumCount))
    }
}
