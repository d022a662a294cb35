/// Small workflows in which a test can hold things up.
enum Workflow {
    /// One ring; a lane's hosts go one after the other; its gate needs so many approvals.
    static func oneByOne(approvals: Int = 1) -> String {
        """
        workflow: one-by-one
        zone: UTC
        baselines:
          - name: every-security-update
            patch-groups: ["Debian12-*"]
            rules: [{ classification: Security, level: HIGH }]
        stages:
          - scan: { targets: all, window: { opens: now, duration: 1h } }
          - early:
              targets: { ring: early }
              window: { opens: now, duration: 2h, cutoff: 30m }
              reboot: if-needed
              concurrency: 1
              errors: 0
              gate: { failed-at-most: 0, approve: { by: \(approvals) } }
          - report: {}
        """
    }
}
