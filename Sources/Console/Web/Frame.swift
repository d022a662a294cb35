import Time

/// What stands around every page.
struct Frame: Sendable {
    struct Link: Sendable {
        var title: String
        var address: String
        var isCurrent: Bool
    }

    /// The pages that the navigation names.
    enum Place: String, CaseIterable, Sendable {
        case today, cycles, fleet, trends, advisories, windows, policy, evidence, activity

        var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

        var address: String { self == .today ? WebAddress.root : WebAddress(rawValue).text }
    }

    var title: String
    var navigation: [Link]
    /// nil where nobody has signed in.
    var actor: String?
    var formToken: String
    var renderedAt: String
    /// What tells when the page should be brought up to date; nil for a page that stands still.
    var live: String?

    init(_ title: String, at place: Place?, of session: Session, at now: Timestamp, live: WebAddress? = nil) {
        self.title = title
        navigation = Place.allCases.map { Link(title: $0.title, address: $0.address, isCurrent: $0 == place) }
        actor = session.actor.name
        formToken = session.formToken
        renderedAt = TimeText.utc(now)
        self.live = live?.text
    }

    init(_ title: String, at place: Place?, of visit: Visit, live: WebAddress? = nil) {
        self.init(title, at: place, of: visit.session, at: visit.now, live: live)
    }

    /// For those who have not signed in.
    init(_ title: String, at now: Timestamp) {
        self.title = title
        navigation = []
        formToken = ""
        renderedAt = TimeText.utc(now)
    }
}
