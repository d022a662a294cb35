extension DeliveryTests {
    /// One ring.
    static let workflow = """
        workflow: small
        zone: UTC
        sites: [{ name: Frankfurt, zone: Europe/Berlin }]
        baselines: [{ name: base, patch-groups: "*", rules: [{ classification: Security }] }]
        stages:
          - scan: { window: { opens: now, duration: 1h, cutoff: 10m }, gate: { approve: { by: 1 } } }
          - early:
              targets: { ring: early }
              window: { opens: now, duration: 2h, cutoff: 30m }
              concurrency: 100%
              errors: 0
          - report: {}
        """
}
