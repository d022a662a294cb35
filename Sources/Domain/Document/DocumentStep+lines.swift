extension DocumentStep {
    /// A script of the lines, as SSM's documents have them; the folder comes by a variable, so that no shell reads it.
    ///
    /// - Parameter workingDirectory: nil and empty for the usual one.
    package init(
        name: String,
        lines: [String],
        shell: Shell,
        platform: Platform? = nil,
        workingDirectory: String?,
        timeoutSeconds: Int
    ) {
        let variable = "AWS_SSM_WORKING_DIRECTORY"
        var (lines, environment) = (lines, [String: String]())
        if let workingDirectory, !workingDirectory.isEmpty {
            environment[variable] = workingDirectory
            let change =
                switch shell {
                case .bash: "cd -- \"$\(variable)\" || exit 1"
                case .powershell: "Set-Location -LiteralPath $env:\(variable) -ErrorAction Stop"
                }
            lines.insert(change, at: 0)
        }
        self.init(
            name: name,
            work: .script(lines.joined(separator: "\n") + "\n", shell: shell),
            platform: platform,
            timeoutSeconds: timeoutSeconds,
            environment: environment
        )
    }
}
