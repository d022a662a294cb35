import Domain

/// What CreateMaintenanceWindow and UpdateMaintenanceWindow say of a window.
struct WindowInput: Decodable, Sendable {
    var windowId: String?
    var name: String?
    var description: String?
    var startDate: String?
    var endDate: String?
    var schedule: String?
    var scheduleTimezone: String?
    var scheduleOffset: Int?
    var duration: Int?
    var cutoff: Int?
    var allowUnassociatedTargets: Bool?
    var enabled: Bool?
    var replace: Bool?
    var clientToken: String?
    var tags: [TagItem]?
}

extension WindowInput {
    /// Of what was checked to be there.
    var settings: WindowSettings {
        get throws(SSMError) {
            guard let name else { throw .missing("name") }
            guard let schedule else { throw .missing("schedule") }
            guard let duration else { throw .missing("duration") }
            guard let cutoff else { throw .missing("cutoff") }
            guard let allowUnassociatedTargets else { throw .missing("allowUnassociatedTargets") }
            return WindowSettings(
                name: name,
                description: description,
                startDate: startDate,
                endDate: endDate,
                schedule: schedule,
                scheduleTimezone: scheduleTimezone,
                scheduleOffset: scheduleOffset,
                duration: duration,
                cutoff: cutoff,
                allowUnassociatedTargets: allowUnassociatedTargets,
                enabled: enabled ?? true
            )
        }
    }

    /// Puts what is given in the place of what there is; with `Replace`, nothing of what is not given is left.
    func update(_ present: inout WindowSettings) throws(SSMError) {
        var input = self
        input.enabled = enabled ?? present.enabled
        if replace != true {
            input.name = name ?? present.name
            input.description = description ?? present.description
            input.startDate = startDate ?? present.startDate
            input.endDate = endDate ?? present.endDate
            input.schedule = schedule ?? present.schedule
            input.scheduleTimezone = scheduleTimezone ?? present.scheduleTimezone
            input.scheduleOffset = scheduleOffset ?? present.scheduleOffset
            input.duration = duration ?? present.duration
            input.cutoff = cutoff ?? present.cutoff
            input.allowUnassociatedTargets = allowUnassociatedTargets ?? present.allowUnassociatedTargets
        }
        present = try input.settings
    }
}
