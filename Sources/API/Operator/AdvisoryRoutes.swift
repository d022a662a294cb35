import AgentProtocol
import ControlPlane
import Domain
import HTTPTypes
import Hummingbird
import ReadModels

/// What vendors publish, and its import: `/api/v1/advisories`.
struct AdvisoryRoutes: Sendable {
    private static let mostItems = Listing<AdvisorySummary>.maximumCount

    let services: ControlPlaneServices

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.post("advisories/imports") { request, _ in
            let imported = try await importFeed(request)
            return try JSONBody.respond(imported, status: imported.isUnchanged ? .ok : .created)
        }
        group.get("advisories/imports") { request, _ in
            let query = try Query(request, "feed", "after", "limit")
            let (feed, (after, limit)) = (try query.text("feed"), try query.page(atMost: Self.mostItems))
            return try JSONBody.respond(
                try await services.questions.advisoryImports(feed: feed, after: after, limit: limit)
            )
        }
        group.get("advisories/impact") { request, _ in
            let query = try Query(request, "of", "source", "after", "limit")
            guard let subject = try query.text("of") else {
                let detail = "an impact is of a CVE or an advisory: say which with of=CVE-2024-6387"
                throw Problem(status: 400, code: "malformed-filter", detail: detail)
            }
            let source = try query.value("source", AdvisorySource.self)?.rawValue
            let (after, limit) = try query.page(atMost: Self.mostItems)
            return try JSONBody.respond(
                try await services.sla.impact(of: subject, source: source, after: after, limit: limit)
            )
        }
        group.get("advisories") { request, _ in
            let query = try Query(request, "source", "cve", "package", "released-since", "after", "limit")
            let (filter, (after, limit)) = (try Self.filter(query), try query.page(atMost: Self.mostItems))
            return try JSONBody.respond(try await services.questions.advisories(filter, after: after, limit: limit))
        }
        group.get("advisories/:first") { request, context in
            try JSONBody.respond(try await advisory(request, try context.decoded("first"), source: nil))
        }
        group.get("advisories/:first/:id") { request, context in
            let source = try context.decoded("first")
            return try JSONBody.respond(try await advisory(request, try context.decoded("id"), source: source))
        }
    }

    // MARK: - Steps

    private func importFeed(_ request: Request) async throws -> AdvisoriesImported {
        let query = try Query(request, "feed", "format", "url", "etag", "by")
        var upload = FeedUpload(
            feed: try query.text("feed") ?? "",
            path: "",
            sha256: "",
            byteCount: 0,
            format: try query.text("format"),
            url: try query.text("url", atMost: AdvisoryService.addressBytes),
            etag: try query.text("etag", atMost: AdvisoryService.addressBytes),
            by: try query.text("by") ?? ""
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
        let version = try Query(request, "version").text("version")
        return try await services.questions.advisory(id, source: source, version: version)
    }

    private static func filter(_ query: Query) throws(Problem) -> AdvisoryFilter {
        AdvisoryFilter(
            source: try query.value("source", AdvisorySource.self),
            cve: try query.value("cve", "a CVE id such as CVE-2024-6387") { CVE($0) },
            package: try query.text("package"),
            since: try query.time("released-since")
        )
    }
}
