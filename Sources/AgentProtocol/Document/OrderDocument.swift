extension Order {
    /// What a host is told to run: steps one after the other, until one fails.
    package struct Document: Codable, Equatable, Sendable {
        package var name: String
        package var steps: [Step]

        package init(name: String, steps: [Step]) {
            self.name = name
            self.steps = steps
        }
    }

    /// The documents of an install's hooks.
    package struct Hooks: Codable, Equatable, Sendable {
        package var beforeInstall: Document?
        package var afterInstall: Document?
        package var afterReboot: Document?
        package var onExit: Document?

        package init(
            beforeInstall: Document? = nil,
            afterInstall: Document? = nil,
            afterReboot: Document? = nil,
            onExit: Document? = nil
        ) {
            self.beforeInstall = beforeInstall
            self.afterInstall = afterInstall
            self.afterReboot = afterReboot
            self.onExit = onExit
        }

        package subscript(_ hook: Hook) -> Document? {
            switch hook {
            case .beforeInstall: beforeInstall
            case .afterInstall: afterInstall
            case .afterReboot: afterReboot
            case .onExit: onExit
            }
        }
    }

    /// A moment of an install at which a document can run.
    package enum Hook: String, Codable, Sendable, CaseIterable {
        case beforeInstall = "before-install"
        case afterInstall = "after-install"
        case afterReboot = "after-reboot"
        case onExit = "on-exit"
    }

    /// One script or command.
    package struct Step: Codable, Equatable, Sendable {
        package enum Work: Codable, Equatable, Sendable {
            /// Handed to its shell as a file.
            case script(String, shell: Shell)
            /// A program and its arguments, with no shell between.
            case command([String])
        }

        package enum Shell: String, Codable, Sendable {
            case bash, powershell
        }

        package enum Platform: String, Codable, Sendable {
            case linux, windows
        }

        package var name: String
        package var work: Work
        /// Where it runs, nil for everywhere; elsewhere it is skipped.
        package var platform: Platform?
        /// When it is ended, with all that it has started.
        package var timeoutSeconds: Int
        /// Who runs it; nil for the agent's own user.
        package var user: String?
        package var environment: [String: String]
        /// The exit codes that are a success, beside those that say how to go on.
        package var successCodes: [Int]

        package init(
            name: String,
            work: Work,
            platform: Platform? = nil,
            timeoutSeconds: Int,
            user: String? = nil,
            environment: [String: String] = [:],
            successCodes: [Int] = [0]
        ) {
            self.name = name
            self.work = work
            self.platform = platform
            self.timeoutSeconds = timeoutSeconds
            self.user = user
            self.environment = environment
            self.successCodes = successCodes
        }
    }
}
