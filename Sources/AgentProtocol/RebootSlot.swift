/// The body of `POST /agent/v1/reboot-slots`: the slot that an order needs before its reboot.
package struct RebootSlotRequest: Codable, Equatable, Sendable {
    /// The order under way of the node that signs.
    package var order: String

    package init(order: String) { self.order = order }
}

/// Its answer: a grant, or how long to wait before asking again.
package struct RebootSlotAnswer: Codable, Equatable, Sendable {
    package var grant: RebootSlotGrant?
    package var retrySeconds: Int
    /// Who holds the slots, for people; empty with a grant.
    package var detail: String

    package init(grant: RebootSlotGrant?, retrySeconds: Int, detail: String) {
        self.grant = grant
        self.retrySeconds = retrySeconds
        self.detail = detail
    }
}

/// A slot for so many seconds from the question on, however the clocks stand.
package struct RebootSlotGrant: Codable, Equatable, Sendable {
    /// What a release must name.
    package var fence: Int64
    package var seconds: Int

    package init(fence: Int64, seconds: Int) {
        self.fence = fence
        self.seconds = seconds
    }
}

/// The body of `POST /agent/v1/reboot-slots/release`: the host is back.
package struct RebootSlotRelease: Codable, Equatable, Sendable {
    /// The group of slots.
    package var slot: String
    package var fence: Int64

    package init(slot: String, fence: Int64) {
        self.slot = slot
        self.fence = fence
    }
}
