import Mustache

/// The console's pages, carried in the binary; parsed once, so that one that is malformed stops the server at its start.
struct Templates: Sendable {
    private let library: MustacheLibrary

    /// - Throws: what is wrong with a template.
    init() throws {
        let sources: [(String, [UInt8])] = [
            ("activity", PackageResources.activity_mustache), ("advisories", PackageResources.advisories_mustache),
            ("advisory", PackageResources.advisory_mustache), ("cycle", PackageResources.cycle_mustache),
            ("cycles", PackageResources.cycles_mustache), ("failure", PackageResources.failure_mustache),
            ("cycletable", PackageResources.cycletable_mustache),
            ("eventtable", PackageResources.eventtable_mustache),
            ("evidence", PackageResources.evidence_mustache), ("fleet", PackageResources.fleet_mustache),
            ("layout", PackageResources.layout_mustache),
            ("login", PackageResources.login_mustache), ("node", PackageResources.node_mustache),
            ("plan", PackageResources.plan_mustache), ("policy", PackageResources.policy_mustache),
            ("rehearsal", PackageResources.rehearsal_mustache),
            ("rehearsalform", PackageResources.rehearsalform_mustache),
            ("today", PackageResources.today_mustache), ("trends", PackageResources.trends_mustache),
            ("welcome", PackageResources.welcome_mustache),
            ("windows", PackageResources.windows_mustache),
        ]
        MustacheContentTypes.register(EscapedText(), named: EscapedText.name)
        var templates: [String: MustacheTemplate] = [:]
        for (name, bytes) in sources {
            let text = "{{% CONTENT_TYPE: \(EscapedText.name)}}" + String(decoding: bytes, as: UTF8.self)
            templates[name] = try MustacheTemplate(string: text)
        }
        library = MustacheLibrary(templates: templates)
    }

    /// - Throws: ``MissingTemplate``.
    func render(_ page: some Sendable, _ name: String) throws -> String {
        guard let text = library.render(page, withTemplate: name) else { throw MissingTemplate(name: name) }
        return text
    }
}

/// What templates put into pages, scalar by scalar.
///
/// Mustache's own takes whole characters, and so lets a quotation mark through that a combining mark follows.
struct EscapedText: MustacheContentType {
    static let name = "ESCAPED"

    func escapeText(_ text: String) -> String { Markup.escaped(text) }
}

/// A page without a template: a mistake of ours.
struct MissingTemplate: Error, CustomStringConvertible {
    let name: String

    var description: String { "the console has no template \(name)" }
}
