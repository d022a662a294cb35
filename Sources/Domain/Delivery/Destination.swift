/// Where others are told by themselves what happens here, as the policy names it: a webhook, or Security Hub.
///
/// Secrets are no part of it: workers have them, in files or in their environment.
package struct Destination: Codable, Equatable, Sendable {
    package static let maximumCount = 20
    package static let longestName = 50
    /// The longest address of a webhook, in bytes.
    package static let longestURL = 2_000

    package var name: String
    /// nil for Security Hub.
    package var webhook: Webhook?
    /// nil for a webhook.
    package var securityHub: SecurityHub?

    /// Somebody who takes signed POST requests.
    package struct Webhook: Codable, Equatable, Sendable {
        package var url: String
        /// What it is told of.
        package var subjects: [Subject]

        package init(url: String, subjects: [Subject] = Subject.allCases) {
            self.url = url
            self.subjects = subjects
        }
    }

    /// AWS Security Hub of one account.
    package struct SecurityHub: Codable, Equatable, Sendable {
        /// Twelve digits.
        package var account: String
        /// By site, the region that its nodes' findings are for; other sites are called as their regions.
        package var regions: [String: String]

        package init(account: String, regions: [String: String] = [:]) {
            self.account = account
            self.regions = regions
        }

        package func region(ofSite site: String) -> String { regions[site] ?? site }

        /// Whether it looks as AWS's regions do, such as `eu-west-1` or `us-gov-east-1`.
        package static func isRegion(_ name: String) -> Bool {
            let parts = name.split(separator: "-", omittingEmptySubsequences: false)
            guard (3...5).contains(parts.count), let number = parts.last, name.utf8.count <= 30 else { return false }
            let isWord = { (part: Substring) in !part.isEmpty && part.utf8.allSatisfy { (0x61...0x7a).contains($0) } }
            return parts.dropLast().allSatisfy(isWord) && number.utf8.count == 1
                && number.utf8.allSatisfy { (0x31...0x39).contains($0) }
        }
    }

    /// What something is told of.
    package enum Subject: String, Codable, Sendable, CaseIterable {
        case nodes, cycles
    }

    package init(name: String, webhook: Webhook) {
        self.name = name
        self.webhook = webhook
    }

    package init(name: String, securityHub: SecurityHub) {
        self.name = name
        self.securityHub = securityHub
    }

    package var channel: Recipient.Channel { webhook == nil ? .securityHub : .webhook }

    /// Whom an outbox of the subject tells; nil when it is not told of such.
    package func recipient(of subject: Subject) -> Recipient? {
        let isToldOf = webhook.map { $0.subjects.contains(subject) } ?? (subject == .nodes)
        return isToldOf ? Recipient(destination: name, channel: channel) : nil
    }
}

extension Destination {
    /// What is wrong with it; nil when nothing is.
    package var problem: String? {
        guard Self.isName(name) else {
            let allowed = "1 to \(Self.longestName) letters of a to z, digits or hyphens"
            return "found the name `\(name)`: expected \(allowed)"
        }
        switch (webhook, securityHub) {
        case (let webhook?, nil): return webhook.problem
        case (nil, let hub?): return hub.problem
        case (nil, nil), (_?, _?): return "expected `webhook` or `security-hub`, one of them"
        }
    }

    /// A worker's file of secrets is called so.
    private static func isName(_ text: String) -> Bool {
        (1...longestName).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}

extension Destination.Webhook {
    fileprivate var problem: String? {
        guard !subjects.isEmpty, Set(subjects).count == subjects.count else {
            return "`of` names nothing, or something twice: expected nodes, cycles or both"
        }
        let schemes = ["https://", "http://"]
        guard let scheme = schemes.first(where: url.hasPrefix), url.utf8.count <= Destination.longestURL,
            url.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "#") })
        else { return "found the url `\(url.prefix(60))`: expected one such as https://bridge.example/ringmaster" }
        let authority = url.dropFirst(scheme.utf8.count).prefix { !"/?".contains($0) }
        guard !authority.contains("@") else {
            return
                "the url holds credentials, which everybody who reads the policy would see: let the receiver verify the signature"
        }
        return authority.isEmpty || authority.hasPrefix(":") ? "the url `\(url.prefix(60))` names no host" : nil
    }
}

extension Destination.SecurityHub {
    fileprivate var problem: String? {
        guard account.utf8.count == 12, account.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return "found the account `\(account.prefix(20))`: expected its twelve digits, quoted"
        }
        for (site, region) in regions.sorted(by: { $0.key < $1.key }) where !Self.isRegion(region) {
            return "found the region `\(region)` of site `\(site)`: expected one of AWS such as eu-west-2"
        }
        return nil
    }
}
