package import Time

/// A cycle as it would go if it started at a time: nothing is changed by it.
package struct RehearsalView: Codable, Equatable, Sendable {
    package struct Stage: Codable, Equatable, Sendable {
        package var name: String
        package var lanes: [Lane]
        /// When its last lane would have ended; nil when one never opens.
        package var ends: Timestamp?
        /// What its lanes have against each other.
        package var notes: [String]

        package init(name: String, lanes: [Lane], ends: Timestamp?, notes: [String]) {
            self.name = name
            self.lanes = lanes
            self.ends = ends
            self.notes = notes
        }
    }

    package struct Lane: Codable, Equatable, Sendable {
        package var site: String
        package var patchGroup: String
        package var hosts: Int
        /// Hosts that the window and the concurrency leave no time for.
        package var hostsLeftOver: Int
        /// nil when it never opens, as are the next five.
        package var opens: Timestamp?
        /// From here on nothing new starts.
        package var cutoff: Timestamp?
        package var closes: Timestamp?
        /// By the site's clocks, such as `2026-12-08T02:00:00-05:00`.
        package var opensLocal: String?
        package var closesLocal: String?
        /// When its last host would have rebooted.
        package var ends: Timestamp?
        package var notes: [String]

        package init(site: String, patchGroup: String, hosts: Int) {
            self.site = site
            self.patchGroup = patchGroup
            self.hosts = hosts
            hostsLeftOver = hosts
            notes = []
        }
    }

    package var workflow: String
    package var from: Timestamp
    /// How long each host was taken to need.
    package var hostMinutes: Int
    package var stages: [Stage]

    package init(workflow: String, from: Timestamp, hostMinutes: Int, stages: [Stage]) {
        self.workflow = workflow
        self.from = from
        self.hostMinutes = hostMinutes
        self.stages = stages
    }

    /// Whether every host fits and nothing speaks against it.
    package var isClean: Bool {
        stages.allSatisfy { stage in
            stage.notes.isEmpty && stage.lanes.allSatisfy { $0.notes.isEmpty && $0.hostsLeftOver == 0 }
        }
    }
}
