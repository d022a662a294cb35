/// Whether Windows wants a reboot, as each part of it says.
struct RebootSignals: Decodable, Equatable, Sendable {
    /// The servicing stack: `Component Based Servicing\RebootPending`.
    var servicing: Bool
    /// It is between the parts of an update that takes several boots.
    var servicingInProgress: Bool
    /// `Auto Update\RebootRequired`.
    var update: Bool
    /// ISystemInformation's RebootRequired.
    var agent: Bool
    /// The files in `PendingFileRenameOperations`.
    var renames: [String]
    var computerName: String
    /// The name after the next boot.
    var nextComputerName: String

    /// Folders in which programs rename files at every boot: those would want a reboot for ever.
    private static let ignored = [
        #"\windows\system32\spool\"#, #"\windows\temp\"#, #"\appdata\local\temp\"#,
        #"\programdata\microsoft\windows defender\"#, #"\program files (x86)\microsoft\edgeupdate\"#,
        #"\program files (x86)\google\update\"#,
    ]

    /// In words; empty when none counts.
    var reasons: [String] {
        let files = renames.filter { file in !Self.ignored.contains(where: file.lowercased().contains) }
        let reasons: [String?] = [
            servicing ? "the servicing stack wants a reboot" : nil,
            servicingInProgress ? "an update goes on with the next boot" : nil,
            update || agent ? "Windows Update wants a reboot" : nil,
            files.isEmpty ? nil : "\(files.count) files are replaced with the next boot, \(files[0]) first",
            computerName == nextComputerName ? nil : "the host is called \(nextComputerName) after the next boot",
        ]
        return reasons.compactMap(\.self)
    }
}
