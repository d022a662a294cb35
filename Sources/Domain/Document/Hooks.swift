/// A moment of an install at which a document can run.
///
/// The order and what a failure leads to are those of AWS-RunPatchBaselineWithHooks, with a check after the reboot beside them.
package enum Hook: String, Codable, Sendable, CaseIterable {
    /// Something is to be done; when it fails nothing is installed.
    case beforeInstall = "before-install"
    /// The install went well, and the reboot is still to come; when it fails there is none.
    case afterInstall = "after-install"
    /// The host is back from the install's reboot.
    case afterReboot = "after-reboot"
    /// The end of every install, also of one that failed or had nothing to do.
    case onExit = "on-exit"
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
        get {
            switch hook {
            case .beforeInstall: beforeInstall
            case .afterInstall: afterInstall
            case .afterReboot: afterReboot
            case .onExit: onExit
            }
        }
        set {
            switch hook {
            case .beforeInstall: beforeInstall = newValue
            case .afterInstall: afterInstall = newValue
            case .afterReboot: afterReboot = newValue
            case .onExit: onExit = newValue
            }
        }
    }

    /// In the order of the hooks.
    package var documents: [Document] { Hook.allCases.compactMap { self[$0] } }

    package var byteCount: Int { documents.reduce(0) { $0 + $1.byteCount } }
}
