import AgentProtocol
import ControlPlane
import Domain
import Hummingbird
import ReadModels

/// What vendors publish, and whom it is about.
struct AdvisoryRoutes: Sendable {
    let desk: Desk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("advisories") { request, context in
            try await desk.visit(request, context) { visit in try desk.page(try await list(visit), "advisories") }
        }
        group.get("advisories/:source/:id") { request, context in
            try await desk.visit(request, context) { visit in
                let source = try context.parameters.require("source")
                let id = try FormValues.read("part=\(try context.parameters.require("id"))")["part"] ?? ""
                let advisory = try await desk.services.questions.advisory(id, source: source, version: nil)
                let impact = try await desk.services.sla.impact(
                    of: id,
                    source: source,
                    after: visit["after"],
                    limit: AdvisoryPage.nodesAtOnce,
                    mostItems: AdvisoryPage.mostAffected
                )
                return try desk.page(AdvisoryPage(advisory, impact, for: visit), "advisory")
            }
        }
    }

    // MARK: - Steps

    private func list(_ visit: Visit) async throws -> AdvisoriesPage {
        var filter = AdvisoryFilter(source: nil, cve: nil, package: visit["package"], since: nil)
        if let text = visit["cve"] {
            guard let cve = CVE(text) else {
                let detail = "\(text.prefix(80)) is not a CVE id such as CVE-2024-6387; correct it"
                throw Problem(status: 400, code: "malformed-filter", detail: detail)
            }
            filter.cve = cve
        }
        let page = try await desk.services.questions.advisories(
            filter,
            after: visit["after"],
            limit: AdvisoriesPage.count
        )
        return AdvisoriesPage(
            frame: Frame("Advisories", at: .advisories, of: visit),
            cve: visit["cve"] ?? "",
            package: visit["package"] ?? "",
            lines: page.items.map(AdvisoriesPage.Line.init),
            hasLines: !page.items.isEmpty,
            next: page.next.map {
                WebAddress("advisories").with("cve", visit["cve"]).with("package", visit["package"]).with("after", $0)
                    .text
            }
        )
    }
}
