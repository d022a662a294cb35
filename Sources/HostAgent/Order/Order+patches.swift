package import AgentProtocol

extension Order {
    /// What it orders to install; nothing for a scan.
    package var patches: [PatchReference] {
        if case .install(_, let patches, _, _) = work { patches } else { [] }
    }

    /// The packages that may come new onto the host with them.
    package var newcomers: [PatchReference] {
        if case .install(_, _, let newcomers, _) = work { newcomers } else { [] }
    }

    /// How far this host's clock may be behind the control plane's.
    static let clockTolerance = Duration.milliseconds(RequestSignature.toleranceMilliseconds)
}
