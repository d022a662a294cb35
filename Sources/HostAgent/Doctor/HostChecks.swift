/// Whether what the host's owner allows can be read.
struct LimitsCheck: HealthCheck {
    let file: HostLimitsFile

    var name: String { "limits" }

    func findings() -> [Finding] {
        guard case .failure(let failure) = file.result else { return [] }
        return [Finding(name, failure.description, advice: "until it reads, nothing that changes the host is done")]
    }
}

/// Other programs that patch this host by themselves.
struct UpdaterCheck: HealthCheck {
    let updaters: OtherUpdaters
    let root: String

    var name: String { "other-updaters" }

    func findings() -> [Finding] {
        updaters.enabled(root: root).map { unit in
            Finding(
                name,
                "\(unit) is enabled: it patches this host outside all windows and plans",
                advice: "systemctl disable --now \(unit)"
            )
        }
    }
}
