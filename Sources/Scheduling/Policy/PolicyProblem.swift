/// One thing that keeps a policy from being applied.
package struct PolicyProblem: Codable, Equatable, Sendable, CustomStringConvertible {
    /// A part of the policy, by its name in the files.
    package enum Section: String, Codable, Sendable, CaseIterable {
        case sites, groups, baselines, defaults, windows, freezes, waivers, destinations
        case rebootSlots = "reboot-slots"
        /// Those of `freezes` that are calendars.
        case calendars
    }

    package let section: Section
    /// The item's place in its section, from 0.
    package let index: Int
    package let message: String

    package init(_ section: Section, _ index: Int, _ message: String) {
        self.section = section
        self.index = index
        self.message = message
    }

    package var description: String { "\(section.rawValue)[\(index)]: \(message)" }
}
