/// One flat object with short keys; `k` names the fact.
extension HostFact: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind = "k"
        case cause = "c"
        case detail = "d"
        case inventory = "v"
        case patches = "p"
        case boot = "b"
        case reboot = "r"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try container.decode(String.self, forKey: .kind)
        switch kind {
        case "accepted": self = .accepted
        case "refused":
            self = .refused(
                try container.decode(RefusalCause.self, forKey: .cause),
                detail: try container.decode(String.self, forKey: .detail)
            )
        case "installing": self = .installing
        case "rebooting": self = .rebooting(try container.decode(BootIdentity.self, forKey: .boot))
        case "verifying": self = .verifying(try container.decode(BootIdentity.self, forKey: .boot))
        case "scanned": self = .scanned(inventory: try container.decode(String.self, forKey: .inventory))
        case "installed":
            self = .installed(
                inventory: try container.decode(String.self, forKey: .inventory),
                patches: try container.decode([PatchOutcome].self, forKey: .patches),
                reboot: try container.decodeIfPresent(RebootProof.self, forKey: .reboot)
            )
        case "ran":
            self = .ran(
                try container.decodeIfPresent(FailureClass.self, forKey: .cause),
                detail: try container.decodeIfPresent(String.self, forKey: .detail)
            )
        case "failed":
            self = .failed(
                try container.decode(FailureClass.self, forKey: .cause),
                detail: try container.decode(String.self, forKey: .detail),
                inventory: try container.decodeIfPresent(String.self, forKey: .inventory),
                patches: try container.decode([PatchOutcome].self, forKey: .patches)
            )
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .kind,
                in: container,
                debugDescription: "`\(kind)` is not a fact of a host run"
            )
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .kind)
        switch self {
        case .accepted, .installing: break
        case .refused(let cause, let detail):
            try container.encode(cause, forKey: .cause)
            try container.encode(detail, forKey: .detail)
        case .rebooting(let boot), .verifying(let boot):
            try container.encode(boot, forKey: .boot)
        case .scanned(let inventory):
            try container.encode(inventory, forKey: .inventory)
        case .installed(let inventory, let patches, let reboot):
            try container.encode(inventory, forKey: .inventory)
            try container.encode(patches, forKey: .patches)
            try container.encodeIfPresent(reboot, forKey: .reboot)
        case .ran(let failure, let detail):
            try container.encodeIfPresent(failure, forKey: .cause)
            try container.encodeIfPresent(detail, forKey: .detail)
        case .failed(let failure, let detail, let inventory, let patches):
            try container.encode(failure, forKey: .cause)
            try container.encode(detail, forKey: .detail)
            try container.encodeIfPresent(inventory, forKey: .inventory)
            try container.encode(patches, forKey: .patches)
        }
    }
}
